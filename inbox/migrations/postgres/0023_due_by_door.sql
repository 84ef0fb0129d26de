-- What postgres runs for 0023_due_by_door.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX delivery_due_by_door ON delivery (channel, due_at, id) WHERE state IN ('queued', 'sending');
-- Run SQL
DROP INDEX delivery_due;
