-- What sqlite runs for 0011_classes.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field ceiling to Ticket
ALTER TABLE "ticket" ADD COLUMN "ceiling" VARCHAR(48) NOT NULL DEFAULT '';
