-- What postgres runs for 0022_box.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model BoxOpening
CREATE TABLE "box_opening" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "present" VARCHAR(300) NOT NULL,
    "sheets" INT NOT NULL,
    "entered" INT,
    "reason" VARCHAR(500) NOT NULL,
    "closed_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_box_opening_office_5a8c9e" ON "box_opening" ("office", "channel", "id");
COMMENT ON TABLE "box_opening" IS 'A suggestion box was opened: when, by whom and with whom (``present``), and how many sheets lay in it.';
