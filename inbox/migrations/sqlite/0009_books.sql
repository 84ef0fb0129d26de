-- What sqlite runs for 0009_books.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model ImportRun
CREATE TABLE "import_run" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "state" VARCHAR(10) NOT NULL,
    "headers" JSON NOT NULL,
    "columns" JSON NOT NULL,
    "total" INT NOT NULL,
    "read" INT NOT NULL,
    "good" INT NOT NULL,
    "brought" INT NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "touched_at" TIMESTAMP NOT NULL,
    "done_at" TIMESTAMP,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
) /* A register of former times that is being brought in, from one file. */;
CREATE INDEX "idx_import_run_office_1a1172" ON "import_run" ("office", "id");
-- Create model ImportRow
CREATE TABLE "import_row" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "line" INT NOT NULL,
    "old_number" VARCHAR(60) NOT NULL,
    "opened_at" TIMESTAMP,
    "closed_at" TIMESTAMP,
    "name" VARCHAR(200) NOT NULL,
    "kind" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "object" VARCHAR(300) NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "summary" VARCHAR(200) NOT NULL,
    "text" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "problems" JSON NOT NULL,
    "faulty" INT NOT NULL,
    "run_id" BIGINT NOT NULL REFERENCES "import_run" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_import_row_run_id_226615" UNIQUE ("run_id", "line")
) /* One row of such a file as it was read. ``line`` is its line in the file. */;
CREATE INDEX "idx_import_row_run_id_42057f" ON "import_row" ("run_id", "faulty", "line");
-- Create model RecapSending
CREATE TABLE "recap_sending" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "recap" VARCHAR(48) NOT NULL,
    "period" VARCHAR(10) NOT NULL,
    "recipient" VARCHAR(320) NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMP NOT NULL,
    "give_up_at" TIMESTAMP NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "sent_at" TIMESTAMP,
    CONSTRAINT "uid_recap_sendi_office_f7519a" UNIQUE ("office", "recap", "period", "recipient")
) /* A recap of one period on its way to one recipient: one row for it, whatever happens. */;
CREATE INDEX "idx_recap_sendi_office_bc0fa4" ON "recap_sending" ("office", "state");
-- Create model RegisterYear
CREATE TABLE "register_year" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "register" VARCHAR(48) NOT NULL,
    "year" INT NOT NULL,
    "closed_at" TIMESTAMP,
    "last_number" INT NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "changed_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_register_ye_office_ccd1b8" UNIQUE ("office", "register", "year")
) /* One year of a running book that was closed once. ``closed_at`` null: it was opened again. */;
-- Add field import_id to Ticket
ALTER TABLE "ticket" ADD COLUMN "import_id" BIGINT;
-- Add field old_number to Ticket
ALTER TABLE "ticket" ADD COLUMN "old_number" VARCHAR(60) NOT NULL DEFAULT '';
-- Run SQL
CREATE INDEX ticket_imported ON ticket (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX ticket_old_number ON ticket (office, old_number) WHERE old_number <> '';
