-- What postgres runs for 0018_search_at_once.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
ALTER INDEX search_text_marks SET (fastupdate = off);
SELECT gin_clean_pending_list('search_text_marks');
