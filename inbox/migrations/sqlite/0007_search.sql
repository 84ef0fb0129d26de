-- What sqlite runs for 0007_search.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE VIRTUAL TABLE search_text USING fts5(marks, person UNINDEXED, tokenize = 'ascii', detail = 'none');
CREATE TABLE search_reading (id INT NOT NULL PRIMARY KEY, entry_id BIGINT NOT NULL, mark_id BIGINT NOT NULL,
    mark_xid BIGINT NOT NULL, walk_id BIGINT NOT NULL);
INSERT INTO search_reading VALUES (1, -1, 0, 0, 0);
