-- What sqlite runs for 0025_joined_by_code.py, recorded from it by `make schema`. Never edit: change the migration.
-- Alter field officer on Joining
CREATE TABLE "new__joining" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "office" VARCHAR(48) NOT NULL, "kept_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT, "moved_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT, "addresses" JSON NOT NULL, "tickets" JSON NOT NULL, "reason" VARCHAR(1000) NOT NULL, "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT, "ticket_id" BIGINT NOT NULL, "created_at" TIMESTAMP NOT NULL, "undone_at" TIMESTAMP);
INSERT INTO "new__joining" ("id", "office", "kept_id", "moved_id", "addresses", "tickets", "reason", "ticket_id", "created_at", "undone_at", "officer_id")
                SELECT "id", "office", "kept_id", "moved_id", "addresses", "tickets", "reason", "ticket_id", "created_at", "undone_at", "officer_id"
                FROM "joining";
DROP TABLE "joining";
ALTER TABLE "new__joining" RENAME TO "joining";
-- Run SQL
CREATE INDEX IF NOT EXISTS idx_joining_kept_id_5d1da0 ON joining (kept_id);
CREATE INDEX IF NOT EXISTS idx_joining_moved_i_99fade ON joining (moved_id);
