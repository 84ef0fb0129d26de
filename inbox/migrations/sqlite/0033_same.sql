-- What sqlite runs for 0033_same.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field same to Ticket
ALTER TABLE "ticket" ADD COLUMN "same" VARCHAR(16) NOT NULL DEFAULT '';
