-- What sqlite runs for 0034_sealing.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model SealOpening
CREATE TABLE "seal_opening" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "reason" VARCHAR(300) NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "until" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* An officer without the right saw who complained, from ``at`` until ``until``. ``reason`` is the officer's. */;
CREATE INDEX "idx_seal_openin_officer_8211d0" ON "seal_opening" ("officer_id", "until");
CREATE INDEX "idx_seal_openin_ticket__e7f9b1" ON "seal_opening" ("ticket_id");
-- Add field secrecy to Ticket
ALTER TABLE "ticket" ADD COLUMN "secrecy" VARCHAR(9) NOT NULL DEFAULT 'open';
