-- What postgres runs for 0014_open_tasks.py, recorded from it by `make schema`. Never edit: change the migration.
-- Remove index from Task
DROP INDEX "idx_task_office_4076b6";
-- Add index to Task
CREATE INDEX "idx_task_office_a08f94" ON "task" ("office", "role", "done_at", "ticket_id");
