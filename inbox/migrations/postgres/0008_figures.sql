-- What postgres runs for 0008_figures.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX ticket_opened ON ticket (office, opened_at);
CREATE INDEX message_answer ON message (ticket_id, created_at) WHERE direction = 'out' AND author = 'officer' AND undone_at IS NULL;
