-- What postgres runs for 0020_officer_lines.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model OfficerLine
CREATE TABLE "officer_line" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "address" VARCHAR(320),
    "label" VARCHAR(120) NOT NULL,
    "code" VARCHAR(16) NOT NULL,
    "code_until" TIMESTAMPTZ,
    "tries" INT NOT NULL,
    "kinds" JSONB NOT NULL,
    "every_minutes" INT NOT NULL,
    "keys" JSONB,
    "linked_at" TIMESTAMPTZ,
    "heard_at" TIMESTAMPTZ,
    "told_upto" BIGINT NOT NULL,
    "rests_until" TIMESTAMPTZ,
    "trouble" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_officer_lin_channel_c89630" UNIQUE ("channel", "address")
);
CREATE INDEX "idx_officer_lin_officer_96c978" ON "officer_line" ("officer_id");
CREATE INDEX "idx_officer_lin_office_25002e" ON "officer_line" ("office", "linked_at");
COMMENT ON TABLE "officer_line" IS 'A line to one officer: a chat or a mail address at a channel of the office, or a browser (``channel``: push).';
-- Create model OfficerSending
CREATE TABLE "officer_sending" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "address" VARCHAR(320) NOT NULL,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "kind" VARCHAR(8) NOT NULL,
    "notices" JSONB NOT NULL,
    "values" JSONB NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "give_up_at" TIMESTAMPTZ NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "line_id" BIGINT REFERENCES "officer_line" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_officer_sen_state_63a73d" ON "officer_sending" ("state", "office", "due_at");
CREATE INDEX "idx_officer_sen_line_id_48a721" ON "officer_sending" ("line_id");
COMMENT ON TABLE "officer_sending" IS 'One message on its way to an officer. ``key`` makes it unique, whoever lays it on.';
