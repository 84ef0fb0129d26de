-- What sqlite runs for 0019_doors.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model DoorDay
CREATE TABLE "door_day" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
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
    "rows" JSON NOT NULL,
    "attempts" INT NOT NULL,
    "compared_at" TIMESTAMP NOT NULL,
    "signed_at" TIMESTAMP,
    "note" VARCHAR(500) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_door_day_channel_e028a6" UNIQUE ("channel", "day")
) /* One day of a door, the office's own, held against its platform. */;
CREATE INDEX "idx_door_day_office_aae61a" ON "door_day" ("office", "day");
-- Add field checked to ChannelState
ALTER TABLE "channel_state" ADD COLUMN "checked" JSON;
-- Run SQL
CREATE INDEX message_came ON message (channel, created_at) WHERE direction = 'in';
CREATE INDEX delivery_of_door ON delivery (channel, created_at);
CREATE INDEX set_aside_of_door ON set_aside (channel, created_at);
