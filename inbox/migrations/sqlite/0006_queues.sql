-- What sqlite runs for 0006_queues.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX ticket_live ON ticket (office, status, officer_id, due_at, id) WHERE status IN ('open', 'waiting') AND merged_into IS NULL;
