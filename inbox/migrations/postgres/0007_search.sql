-- What postgres runs for 0007_search.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE TABLE search_text (ticket_id BIGINT NOT NULL PRIMARY KEY, marks TSVECTOR NOT NULL,
        person TEXT NOT NULL);
CREATE INDEX search_text_marks ON search_text USING GIN (marks);
CREATE TABLE search_reading (id INT NOT NULL PRIMARY KEY, entry_id BIGINT NOT NULL, mark_id BIGINT NOT NULL,
    mark_xid BIGINT NOT NULL, walk_id BIGINT NOT NULL);
INSERT INTO search_reading VALUES (1, -1, 0, 0, 0);
