-- What sqlite runs for 0032_privacy.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model PrivacyRequest
CREATE TABLE "privacy_request" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "text" TEXT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "decided_at" TIMESTAMP,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* A citizen asks about their data. ``kind``: data (what is held), correct (``text`` says what is wrong), erase. */;
CREATE INDEX "idx_privacy_req_office_a877b2" ON "privacy_request" ("office", "state", "id");
CREATE INDEX "idx_privacy_req_ticket__e8bcc1" ON "privacy_request" ("ticket_id");
-- Add field erased_at to Ticket
ALTER TABLE "ticket" ADD COLUMN "erased_at" TIMESTAMP;
-- Run SQL
DROP TRIGGER paper_issued;
CREATE TRIGGER paper_issued BEFORE UPDATE ON paper WHEN OLD.issued_at IS NOT NULL AND (NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at IS NOT OLD.issued_at
    OR NEW.entry_id IS NOT OLD.entry_id OR NEW.signed_by_id IS NOT OLD.signed_by_id OR ((NEW."values" IS NOT OLD."values"
    OR (OLD.pdf_digest <> '' AND NEW.pdf_digest <> OLD.pdf_digest)
    OR (OLD.scan_digest <> '' AND NEW.scan_digest <> OLD.scan_digest)) AND NOT (NEW."values" = '{}' AND NEW.pdf_digest = '' AND NEW.scan_digest = ''))) BEGIN SELECT RAISE(ABORT, 'an issued paper never changes'); END;
