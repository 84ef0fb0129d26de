-- What sqlite runs for 0017_import_contact.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field contact to ImportRow
ALTER TABLE "import_row" ADD COLUMN "contact" VARCHAR(200) NOT NULL DEFAULT '';
