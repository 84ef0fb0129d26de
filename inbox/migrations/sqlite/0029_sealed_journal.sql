-- What sqlite runs for 0029_sealed_journal.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model JournalSeal
CREATE TABLE "journal_seal" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "number" INT NOT NULL,
    "first_id" BIGINT NOT NULL,
    "last_id" BIGINT NOT NULL,
    "count" INT NOT NULL,
    "previous" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "marks" BLOB NOT NULL,
    "sealed_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_journal_sea_office_fc2f87" UNIQUE ("office", "number")
) /* One batch of an office's entries, sealed to the one before it. */;
-- Run SQL
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal only grows'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal only grows'); END;
CREATE TRIGGER journal_seal_no_update BEFORE UPDATE ON journal_seal BEGIN SELECT RAISE(ABORT, 'journal_seal only grows'); END;
CREATE TRIGGER journal_seal_no_delete BEFORE DELETE ON journal_seal BEGIN SELECT RAISE(ABORT, 'journal_seal only grows'); END;
