-- What postgres runs for 0032_privacy.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model PrivacyRequest
CREATE TABLE "privacy_request" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "text" TEXT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "decided_at" TIMESTAMPTZ,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_privacy_req_office_a877b2" ON "privacy_request" ("office", "state", "id");
CREATE INDEX "idx_privacy_req_ticket__e8bcc1" ON "privacy_request" ("ticket_id");
COMMENT ON TABLE "privacy_request" IS 'A citizen asks about their data. ``kind``: data (what is held), correct (``text`` says what is wrong), erase.';
-- Add field erased_at to Ticket
ALTER TABLE "ticket" ADD COLUMN "erased_at" TIMESTAMPTZ;
-- Run SQL
CREATE OR REPLACE FUNCTION paper_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at IS DISTINCT FROM OLD.issued_at
    OR NEW.entry_id IS DISTINCT FROM OLD.entry_id OR NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id OR NOT (NEW."values" = '{}' AND NEW.pdf_digest = '' AND NEW.scan_digest = '') THEN
        RAISE EXCEPTION 'an issued paper never changes';
    END IF;
    RETURN NEW;
END
$$;
