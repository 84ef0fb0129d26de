-- What sqlite runs for 0016_near.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX ticket_near ON ticket (office, opened_at) WHERE status IN ('open', 'waiting') AND merged_into IS NULL;
DROP INDEX ticket_live;
CREATE INDEX ticket_live ON ticket (office, status, officer_id, due_at, id, merged_into) WHERE status IN ('open', 'waiting') AND merged_into IS NULL;
