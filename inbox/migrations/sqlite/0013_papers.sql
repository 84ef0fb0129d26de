-- What sqlite runs for 0013_papers.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model PaperMark
CREATE TABLE "paper_mark" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(9) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "title" VARCHAR(8) NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "paper_id" BIGINT NOT NULL REFERENCES "paper" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_paper_mark_paper_i_c64991" UNIQUE ("paper_id", "kind", "role")
) /* An officer's mark on a paper. ``kind``: paraf, signature, approval, wet (the scan shows a signature by hand). */;
-- Add field corrects_id to Paper
ALTER TABLE "paper" ADD COLUMN "corrects_id" BIGINT;
-- Add field issued_at to Paper
ALTER TABLE "paper" ADD COLUMN "issued_at" TIMESTAMP;
-- Add field number to Paper
ALTER TABLE "paper" ADD COLUMN "number" VARCHAR(120) NOT NULL DEFAULT '';
-- Add field pdf_digest to Paper
ALTER TABLE "paper" ADD COLUMN "pdf_digest" VARCHAR(64) NOT NULL DEFAULT '';
-- Add field revision to Paper
ALTER TABLE "paper" ADD COLUMN "revision" INT NOT NULL DEFAULT 1;
-- Add field scan_digest to Paper
ALTER TABLE "paper" ADD COLUMN "scan_digest" VARCHAR(64) NOT NULL DEFAULT '';
-- Add field signed_by_id to Paper
ALTER TABLE "paper" ADD COLUMN "signed_by_id" BIGINT;
-- Add field status to Paper
ALTER TABLE "paper" ADD COLUMN "status" VARCHAR(12) NOT NULL DEFAULT 'issued';
-- Add field version to Paper
ALTER TABLE "paper" ADD COLUMN "version" INT NOT NULL DEFAULT 1;
-- Run SQL
CREATE INDEX paper_unissued ON paper (office) WHERE issued_at IS NULL AND status <> 'issued';
CREATE TRIGGER paper_issued BEFORE UPDATE ON paper WHEN OLD.issued_at IS NOT NULL AND (
        
    NEW."values" IS NOT OLD."values" OR NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at IS NOT OLD.issued_at
    OR NEW.entry_id IS NOT OLD.entry_id OR NEW.signed_by_id IS NOT OLD.signed_by_id
    OR (OLD.pdf_digest <> '' AND NEW.pdf_digest <> OLD.pdf_digest)
    OR (OLD.scan_digest <> '' AND NEW.scan_digest <> OLD.scan_digest)
) BEGIN SELECT RAISE(ABORT, 'an issued paper never changes'); END;
