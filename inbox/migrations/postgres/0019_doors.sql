-- What postgres runs for 0019_doors.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model DoorDay
CREATE TABLE "door_day" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "day" DATE NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(300) NOT NULL,
    "told" INT NOT NULL,
    "stored" INT NOT NULL,
    "aside" INT NOT NULL,
    "ignored" INT NOT NULL,
    "missing" INT NOT NULL,
    "rows" JSONB NOT NULL,
    "attempts" INT NOT NULL,
    "compared_at" TIMESTAMPTZ NOT NULL,
    "signed_at" TIMESTAMPTZ,
    "note" VARCHAR(500) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_door_day_channel_e028a6" UNIQUE ("channel", "day")
);
CREATE INDEX "idx_door_day_office_aae61a" ON "door_day" ("office", "day");
COMMENT ON TABLE "door_day" IS 'One day of a door, the office''s own, held against its platform.';
-- Add field checked to ChannelState
ALTER TABLE "channel_state" ADD COLUMN "checked" JSONB;
-- Run SQL
CREATE INDEX message_came ON message (channel, created_at) WHERE direction = 'in';
CREATE INDEX delivery_of_door ON delivery (channel, created_at);
CREATE INDEX set_aside_of_door ON set_aside (channel, created_at);
