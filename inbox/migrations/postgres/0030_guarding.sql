-- What postgres runs for 0030_guarding.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model Block
CREATE TABLE "block" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "domain" VARCHAR(255) NOT NULL,
    "reason" VARCHAR(300) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "address_id" BIGINT REFERENCES "address" ("id") ON DELETE RESTRICT,
    "ended_by_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_block_office_7e9873" ON "block" ("office", "expires_at");
COMMENT ON TABLE "block" IS 'Messages of ``address``, or of every mail address at ``domain``, make no ticket until ``expires_at``.';
-- Create model Withheld
CREATE TABLE "withheld" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "reason" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "resolved_at" TIMESTAMPTZ,
    "resolution" VARCHAR(8) NOT NULL,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "message_id" BIGINT NOT NULL UNIQUE REFERENCES "message" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_withheld_office_9ff6b9" ON "withheld" ("office", "resolved_at", "id");
COMMENT ON TABLE "withheld" IS 'A message that is stored and was not taken further. ``reason``: blocked (its sender is).';
