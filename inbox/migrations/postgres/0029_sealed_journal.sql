-- What postgres runs for 0029_sealed_journal.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model JournalSeal
CREATE TABLE "journal_seal" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "number" INT NOT NULL,
    "first_id" BIGINT NOT NULL,
    "last_id" BIGINT NOT NULL,
    "count" INT NOT NULL,
    "previous" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "marks" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_journal_sea_office_fc2f87" UNIQUE ("office", "number")
);
COMMENT ON TABLE "journal_seal" IS 'One batch of an office''s entries, sealed to the one before it.';
-- Run SQL
CREATE FUNCTION wadul_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('wadul_move') IS NULL THEN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END IF;
    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION wadul_only_grows();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION wadul_only_grows();
CREATE TRIGGER journal_seal_no_change BEFORE UPDATE OR DELETE ON journal_seal FOR EACH ROW EXECUTE FUNCTION wadul_only_grows();
CREATE TRIGGER journal_seal_no_truncate BEFORE TRUNCATE ON journal_seal FOR EACH STATEMENT EXECUTE FUNCTION wadul_only_grows();
