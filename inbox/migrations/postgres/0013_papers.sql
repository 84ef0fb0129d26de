-- What postgres runs for 0013_papers.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model PaperMark
CREATE TABLE "paper_mark" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(9) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "title" VARCHAR(8) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "paper_id" BIGINT NOT NULL REFERENCES "paper" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_paper_mark_paper_i_c64991" UNIQUE ("paper_id", "kind", "role")
);
COMMENT ON TABLE "paper_mark" IS 'An officer''s mark on a paper. ``kind``: paraf, signature, approval, wet (the scan shows a signature by hand).';
-- Add field corrects_id to Paper
ALTER TABLE "paper" ADD COLUMN "corrects_id" BIGINT;
-- Add field issued_at to Paper
ALTER TABLE "paper" ADD COLUMN "issued_at" TIMESTAMPTZ;
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
CREATE FUNCTION paper_issued() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an issued paper never changes'; END $$;
CREATE TRIGGER paper_issued BEFORE UPDATE ON paper FOR EACH ROW WHEN (OLD.issued_at IS NOT NULL AND (
        
    NEW."values" IS DISTINCT FROM OLD."values" OR NEW.status <> OLD.status OR NEW.version <> OLD.version
    OR NEW.number <> OLD.number OR NEW.paper <> OLD.paper OR NEW.issued_at IS DISTINCT FROM OLD.issued_at
    OR NEW.entry_id IS DISTINCT FROM OLD.entry_id OR NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id
    OR (OLD.pdf_digest <> '' AND NEW.pdf_digest <> OLD.pdf_digest)
    OR (OLD.scan_digest <> '' AND NEW.scan_digest <> OLD.scan_digest)
)) EXECUTE FUNCTION paper_issued();
