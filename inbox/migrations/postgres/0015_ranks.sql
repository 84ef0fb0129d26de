-- What postgres runs for 0015_ranks.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field nip to Officer
ALTER TABLE "officer" ADD COLUMN "nip" VARCHAR(18) NOT NULL DEFAULT '';
-- Add field rank to Officer
ALTER TABLE "officer" ADD COLUMN "rank" VARCHAR(60) NOT NULL DEFAULT '';
