-- What sqlite runs for 0003_machines.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model ApiToken
CREATE TABLE "api_token" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "label" VARCHAR(120) NOT NULL,
    "scopes" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP,
    "expires_at" TIMESTAMP,
    "revoked_at" TIMESTAMP,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
) /* A way in for machines, with the rights of an officer: they hold the token, the row its SHA-256. */;
CREATE INDEX "idx_api_token_officer_c441e7" ON "api_token" ("officer_id");
-- Create model ApiAnswer
CREATE TABLE "api_answer" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(128) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "status" INT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "token_id" BIGINT NOT NULL REFERENCES "api_token" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_api_answer_token_i_e422b9" UNIQUE ("token_id", "key")
) /* What a request with an Idempotency-Key was answered, so that repeating it does nothing anew. */;
CREATE INDEX "idx_api_answer_created_e4dc7c" ON "api_answer" ("created_at");
-- Create model HookEvent
CREATE TABLE "hook_event" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "hook" VARCHAR(100) NOT NULL,
    "entry_id" BIGINT NOT NULL,
    "key" VARCHAR(64) NOT NULL UNIQUE,
    "event" VARCHAR(32) NOT NULL,
    "ticket_id" BIGINT,
    "number" VARCHAR(16) NOT NULL,
    "body" TEXT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMP NOT NULL,
    "give_up_at" TIMESTAMP NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "sent_at" TIMESTAMP,
    CONSTRAINT "uid_hook_event_hook_4c348f" UNIQUE ("hook", "entry_id")
) /* One event on its way to one webhook. ``key`` is the id that the receiver sees, the same on every attempt. */;
CREATE INDEX "idx_hook_event_office_16519e" ON "hook_event" ("office", "state", "id");
-- Create model HookReading
CREATE TABLE "hook_reading" (
    "hook" VARCHAR(100) NOT NULL  PRIMARY KEY,
    "entry_id" BIGINT NOT NULL,
    "mark_id" BIGINT NOT NULL,
    "mark_xid" BIGINT NOT NULL
) /* How far the journal was read for one webhook. ``hook`` is ``<office>\/<id>``. */;
-- Run SQL
CREATE INDEX hook_event_due ON hook_event (due_at, id) WHERE state IN ('queued', 'sending');
