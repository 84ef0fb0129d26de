-- What postgres runs for 0031_proof.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field proof to Message
ALTER TABLE "message" ADD COLUMN "proof" JSONB;
