-- What postgres runs for 0034_sealing.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model SealOpening
CREATE TABLE "seal_opening" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "reason" VARCHAR(300) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "until" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_seal_openin_officer_8211d0" ON "seal_opening" ("officer_id", "until");
CREATE INDEX "idx_seal_openin_ticket__e7f9b1" ON "seal_opening" ("ticket_id");
COMMENT ON TABLE "seal_opening" IS 'An officer without the right saw who complained, from ``at`` until ``until``. ``reason`` is the officer''s.';
-- Add field secrecy to Ticket
ALTER TABLE "ticket" ADD COLUMN "secrecy" VARCHAR(9) NOT NULL DEFAULT 'open';
