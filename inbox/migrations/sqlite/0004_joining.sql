-- What sqlite runs for 0004_joining.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model Joining
CREATE TABLE "joining" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "addresses" JSON NOT NULL,
    "tickets" JSON NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "ticket_id" BIGINT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "undone_at" TIMESTAMP,
    "kept_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "moved_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
) /* Two persons are one, an officer said: what moved from ``moved`` to ``kept``, so that it can be undone exactly. */;
CREATE INDEX "idx_joining_kept_id_5d1da0" ON "joining" ("kept_id");
CREATE INDEX "idx_joining_moved_i_99fade" ON "joining" ("moved_id");
-- Add field joined to Address
ALTER TABLE "address" ADD COLUMN "joined" BIGINT;
-- Add field asked to Delivery
ALTER TABLE "delivery" ADD COLUMN "asked" INT NOT NULL DEFAULT 0;
-- Add field reminded_at to Task
ALTER TABLE "task" ADD COLUMN "reminded_at" TIMESTAMP;
-- Add field superior_reminded_at to Task
ALTER TABLE "task" ADD COLUMN "superior_reminded_at" TIMESTAMP;
-- Run SQL
CREATE INDEX address_of_citizen ON address (citizen_id);
CREATE INDEX address_joined ON address (joined) WHERE joined IS NOT NULL;
CREATE INDEX citizen_by_name ON citizen (office, lower(name)) WHERE name <> '';
CREATE INDEX task_due ON task (office, due_at) WHERE done_at IS NULL;
