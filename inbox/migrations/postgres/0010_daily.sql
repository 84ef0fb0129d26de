-- What postgres runs for 0010_daily.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model DailySign
CREATE TABLE "daily_sign" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "check_id" VARCHAR(48) NOT NULL,
    "day" DATE NOT NULL,
    "looked" JSONB NOT NULL,
    "missed" JSONB NOT NULL,
    "note" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_daily_sign_office_c8ca35" UNIQUE ("office", "check_id", "day")
);
COMMENT ON TABLE "daily_sign" IS 'A daily check was made (``check_id`` is its id in office.yaml) on ``day``, the office''s own.';
