-- What sqlite runs for 0020_officer_lines.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model OfficerLine
CREATE TABLE "officer_line" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "address" VARCHAR(320),
    "label" VARCHAR(120) NOT NULL,
    "code" VARCHAR(16) NOT NULL,
    "code_until" TIMESTAMP,
    "tries" INT NOT NULL,
    "kinds" JSON NOT NULL,
    "every_minutes" INT NOT NULL,
    "keys" JSON,
    "linked_at" TIMESTAMP,
    "heard_at" TIMESTAMP,
    "told_upto" BIGINT NOT NULL,
    "rests_until" TIMESTAMP,
    "trouble" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_officer_lin_channel_c89630" UNIQUE ("channel", "address")
) /* A line to one officer: a chat or a mail address at a channel of the office, or a browser (``channel``: push). */;
CREATE INDEX "idx_officer_lin_officer_96c978" ON "officer_line" ("officer_id");
CREATE INDEX "idx_officer_lin_office_25002e" ON "officer_line" ("office", "linked_at");
-- Create model OfficerSending
CREATE TABLE "officer_sending" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "address" VARCHAR(320) NOT NULL,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "kind" VARCHAR(8) NOT NULL,
    "notices" JSON NOT NULL,
    "values" JSON NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMP NOT NULL,
    "give_up_at" TIMESTAMP NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "sent_at" TIMESTAMP,
    "line_id" BIGINT REFERENCES "officer_line" ("id") ON DELETE CASCADE
) /* One message on its way to an officer. ``key`` makes it unique, whoever lays it on. */;
CREATE INDEX "idx_officer_sen_state_63a73d" ON "officer_sending" ("state", "office", "due_at");
CREATE INDEX "idx_officer_sen_line_id_48a721" ON "officer_sending" ("line_id");
