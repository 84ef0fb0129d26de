-- What sqlite runs for 0010_daily.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model DailySign
CREATE TABLE "daily_sign" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "check_id" VARCHAR(48) NOT NULL,
    "day" DATE NOT NULL,
    "looked" JSON NOT NULL,
    "missed" JSON NOT NULL,
    "note" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_daily_sign_office_c8ca35" UNIQUE ("office", "check_id", "day")
) /* A daily check was made (``check_id`` is its id in office.yaml) on ``day``, the office's own. */;
