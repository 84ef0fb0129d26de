-- What postgres runs for 0035_second_step.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model RecoveryCode
CREATE TABLE "recovery_code" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "digest" VARCHAR(64) NOT NULL,
    "used_at" TIMESTAMPTZ,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_recovery_co_officer_54869d" UNIQUE ("officer_id", "digest")
);
COMMENT ON TABLE "recovery_code" IS 'A code of an officer for a lost telephone, as a keyed digest, good once.';
-- Create model SecondFactor
CREATE TABLE "second_factor" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "secret" VARCHAR(200) NOT NULL,
    "counter" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "confirmed_at" TIMESTAMPTZ,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "second_factor" IS 'The authenticator app of an officer. ``secret`` is encrypted, ``confirmed_at`` None: not yet believed.';
