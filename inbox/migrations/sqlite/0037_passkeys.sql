-- What sqlite runs for 0037_passkeys.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model Passkey
CREATE TABLE "passkey" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "credential" TEXT NOT NULL,
    "public" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "name" VARCHAR(60) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE
) /* A passkey of an officer: a key that a device or a security key keeps, opened there by finger, face or PIN. */;
CREATE INDEX "idx_passkey_officer_a382fe" ON "passkey" ("officer_id");
