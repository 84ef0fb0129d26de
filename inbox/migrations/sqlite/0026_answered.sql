-- What sqlite runs for 0026_answered.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX ticket_answered ON ticket (office, answered_at) WHERE answered_at IS NOT NULL;
