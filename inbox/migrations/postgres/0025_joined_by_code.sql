-- What postgres runs for 0025_joined_by_code.py, recorded from it by `make schema`. Never edit: change the migration.
-- Alter field officer on Joining
ALTER TABLE "joining" ALTER COLUMN "officer_id" DROP NOT NULL;
-- Run SQL
CREATE INDEX IF NOT EXISTS idx_joining_kept_id_5d1da0 ON joining (kept_id);
CREATE INDEX IF NOT EXISTS idx_joining_moved_i_99fade ON joining (moved_id);
