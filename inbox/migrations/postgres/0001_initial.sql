-- What postgres runs for 0001_initial.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model ChannelState
CREATE TABLE "channel_state" (
    "channel" VARCHAR(100) NOT NULL  PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "progress" JSONB NOT NULL,
    "last_in_at" TIMESTAMPTZ
);
COMMENT ON TABLE "channel_state" IS 'What a door remembers: ``progress`` is its own (stored with the messages), the rest is its health.';
-- Create model Citizen
CREATE TABLE "citizen" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "citizen" IS 'A person who wrote to an office. Joined by strong evidence only, and by an officer''s hand.';
-- Create model Address
CREATE TABLE "address" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "scheme" VARCHAR(24) NOT NULL,
    "value" VARCHAR(320) NOT NULL,
    "confirmed_at" TIMESTAMPTZ,
    "stopped_at" TIMESTAMPTZ,
    "dead_at" TIMESTAMPTZ,
    "dead_reason" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_address_office_7ccf1a" UNIQUE ("office", "scheme", "value")
);
COMMENT ON TABLE "address" IS 'One way to reach a citizen: ``scheme`` (email, phone, web, telegram ...) and its canonical ``value``.';
-- Create model Counter
CREATE TABLE "counter" (
    "name" VARCHAR(120) NOT NULL  PRIMARY KEY,
    "value" BIGINT NOT NULL
);
COMMENT ON TABLE "counter" IS 'A running number. Registers take theirs here, gap-free, and on SQLite the ticket numbers do too.';
-- Create model Entry
CREATE TABLE "journal" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "ticket_id" BIGINT,
    "at" TIMESTAMPTZ NOT NULL,
    "actor" VARCHAR(32) NOT NULL,
    "event" VARCHAR(48) NOT NULL,
    "values" JSONB NOT NULL
);
CREATE INDEX "idx_journal_ticket__4f613e" ON "journal" ("ticket_id", "id");
CREATE INDEX "idx_journal_office_71c18e" ON "journal" ("office", "id");
COMMENT ON TABLE "journal" IS 'Who did what, when, why: ids and digests, no personal text.';
-- Create model Officer
CREATE TABLE "officer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "login" VARCHAR(64) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "initials" VARCHAR(8) NOT NULL,
    "password" VARCHAR(200) NOT NULL,
    "language" VARCHAR(5) NOT NULL,
    "active" BOOL NOT NULL,
    "failures" INT NOT NULL,
    "locked_until" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "officer" IS 'Somebody who signs in. ``password`` is an argon2 hash, empty where nobody can sign in with one.';
-- Create model OfficerRole
CREATE TABLE "officer_role" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_officer_rol_officer_6fcef9" UNIQUE ("officer_id", "role")
);
COMMENT ON TABLE "officer_role" IS 'An officer holds a role of the office (``office.yaml``: roles).';
-- Create model ProcedureVersion
CREATE TABLE "procedure_version" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "procedure" VARCHAR(48) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_procedure_v_office_871a54" UNIQUE ("office", "procedure", "digest")
);
COMMENT ON TABLE "procedure_version" IS 'A procedure exactly as it was when a ticket began: ``body`` is ``Procedure`` as JSON, ``digest`` its SHA-256.';
-- Create model Session
CREATE TABLE "session" (
    "digest" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "data" JSONB NOT NULL,
    "agent" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_officer_45c7aa" ON "session" ("officer_id");
CREATE INDEX "idx_session_expires_823c67" ON "session" ("expires_at");
COMMENT ON TABLE "session" IS 'A signed-in browser. The cookie holds a random token, the row its SHA-256.';
-- Create model SetAside
CREATE TABLE "set_aside" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "external_id" VARCHAR(998) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "original" BYTEA,
    "original_file" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "resolved_at" TIMESTAMPTZ,
    "resolution" VARCHAR(16) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_set_aside_channel_ac9bdd" UNIQUE ("channel", "digest")
);
COMMENT ON TABLE "set_aside" IS 'A message that could not be digested, kept exactly as it came until an officer says what to do.';
-- Create model Ticket
CREATE TABLE "ticket" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "number" VARCHAR(16) NOT NULL UNIQUE,
    "code" VARCHAR(6) NOT NULL,
    "kind" VARCHAR(48) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "summary" VARCHAR(200) NOT NULL,
    "object" VARCHAR(300) NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "permit_number" VARCHAR(80) NOT NULL,
    "lapor_id" VARCHAR(40) NOT NULL,
    "step" VARCHAR(48) NOT NULL,
    "due_at" TIMESTAMPTZ,
    "promise_at" TIMESTAMPTZ,
    "promise_missed_at" TIMESTAMPTZ,
    "ceiling_at" TIMESTAMPTZ,
    "ceiling_missed_at" TIMESTAMPTZ,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "last_in_at" TIMESTAMPTZ,
    "unread" BOOL NOT NULL,
    "answered_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "closing" VARCHAR(32) NOT NULL,
    "agency" VARCHAR(48) NOT NULL,
    "reopened" INT NOT NULL,
    "rating" INT,
    "version" INT NOT NULL,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "procedure_id" BIGINT NOT NULL REFERENCES "procedure_version" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_ticket_office_b3c5af" ON "ticket" ("office", "status", "due_at", "id");
CREATE INDEX "idx_ticket_citizen_ba77bb" ON "ticket" ("citizen_id");
COMMENT ON TABLE "ticket" IS 'One complaint (aduan).';
-- Create model Conversation
CREATE TABLE "conversation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "state" JSONB NOT NULL,
    "last_in_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_conversatio_channel_176437" UNIQUE ("channel", "address_id")
);
COMMENT ON TABLE "conversation" IS '(channel, address), and it lasts. ``state`` is what the dialogue remembers (``bot/dialogue.py``).';
-- Create model Message
CREATE TABLE "message" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100),
    "external_id" VARCHAR(998),
    "key" VARCHAR(32)  UNIQUE,
    "direction" VARCHAR(4) NOT NULL,
    "author" VARCHAR(8) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "about" VARCHAR(998) NOT NULL,
    "subject" VARCHAR(998) NOT NULL,
    "text" TEXT NOT NULL,
    "full_text" TEXT NOT NULL,
    "template" VARCHAR(48) NOT NULL,
    "automatic" BOOL NOT NULL,
    "public" BOOL NOT NULL,
    "answers" JSONB NOT NULL,
    "values" JSONB NOT NULL,
    "sent_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "original" BYTEA,
    "original_file" VARCHAR(64) NOT NULL,
    "conversation_id" BIGINT REFERENCES "conversation" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_message_channel_232fe0" UNIQUE ("channel", "external_id")
);
CREATE INDEX "idx_message_ticket__b681cc" ON "message" ("ticket_id", "id");
CREATE INDEX "idx_message_convers_a186fa" ON "message" ("conversation_id", "id");
COMMENT ON TABLE "message" IS 'One thing said. ``direction``: in, out, or note (between officers: no conversation, never leaves).';
-- Create model Attachment
CREATE TABLE "attachment" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "type" VARCHAR(127) NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "reference" TEXT NOT NULL,
    "inline" BOOL NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMPTZ,
    "message_id" BIGINT NOT NULL REFERENCES "message" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_attachment_message_3d2f98" ON "attachment" ("message_id");
COMMENT ON TABLE "attachment" IS 'A file of a message. ``state``: stored, pending (to be fetched), failed, refused (too large).';
-- Create model Delivery
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "key" VARCHAR(32) NOT NULL UNIQUE,
    "state" VARCHAR(9) NOT NULL,
    "automatic" BOOL NOT NULL,
    "choices" JSONB NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "give_up_at" TIMESTAMPTZ NOT NULL,
    "lease_until" TIMESTAMPTZ,
    "worker" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "delivered_at" TIMESTAMPTZ,
    "read_at" TIMESTAMPTZ,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE RESTRICT,
    "message_id" BIGINT NOT NULL UNIQUE REFERENCES "message" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_delivery_address_8de8a9" ON "delivery" ("address_id", "created_at");
COMMENT ON TABLE "delivery" IS 'One outgoing message on its way.';
-- Create model Attempt
CREATE TABLE "attempt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "milliseconds" INT,
    "outcome" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "delivery_id" BIGINT NOT NULL REFERENCES "delivery" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_attempt_deliver_aa83f4" ON "attempt" ("delivery_id");
COMMENT ON TABLE "attempt" IS 'One try at a delivery: when, how long, and what the platform said.';
-- Create model Notice
CREATE TABLE "notice" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "key" VARCHAR(120) NOT NULL UNIQUE,
    "values" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_notice_office_b9151d" ON "notice" ("office", "role", "seen_at");
COMMENT ON TABLE "notice" IS 'Something an officer, or whoever holds a role, is to be told. ``kind`` names the sentence.';
-- Create model RegisterEntry
CREATE TABLE "register_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "register" VARCHAR(48) NOT NULL,
    "year" INT NOT NULL,
    "number" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_register_en_office_04c8a6" UNIQUE ("office", "register", "year", "number")
);
COMMENT ON TABLE "register_entry" IS 'A line of a running book: gap-free per office, book and year.';
-- Create model TicketLink
CREATE TABLE "ticket_link" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "hears" BOOL NOT NULL,
    "confirmed" BOOL NOT NULL,
    "probed_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "conversation_id" BIGINT NOT NULL REFERENCES "conversation" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ticket_link_ticket__88d591" UNIQUE ("ticket_id", "conversation_id")
);
CREATE INDEX "idx_ticket_link_convers_8e27cb" ON "ticket_link" ("conversation_id", "ticket_id");
COMMENT ON TABLE "ticket_link" IS 'A conversation that speaks of a ticket. ``hears``: this one gets the answers.';
-- Create model TicketStep
CREATE TABLE "ticket_step" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "ordinal" INT NOT NULL,
    "step" VARCHAR(48) NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "due_at" TIMESTAMPTZ,
    "reminded_at" TIMESTAMPTZ,
    "superior_reminded_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "ending" VARCHAR(10) NOT NULL,
    "action" VARCHAR(48) NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    "version_id" BIGINT NOT NULL REFERENCES "procedure_version" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ticket_step_ticket__3274a5" UNIQUE ("ticket_id", "ordinal")
);
COMMENT ON TABLE "ticket_step" IS 'A step the ticket entered. ``ended_at`` null is where it stands.';
-- Create model Disposition
CREATE TABLE "disposition" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "nature" VARCHAR(40) NOT NULL,
    "instruction" VARCHAR(2000) NOT NULL,
    "due_at" TIMESTAMPTZ,
    "initials" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_disposition_ticket__9a3580" ON "disposition" ("ticket_id");
COMMENT ON TABLE "disposition" IS 'A superior''s instruction on a ticket. Its addressees are ``Task`` rows, the first of them coordinates.';
-- Create model Paper
CREATE TABLE "paper" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "paper" VARCHAR(48) NOT NULL,
    "values" JSONB NOT NULL,
    "message_id" BIGINT,
    "entry_id" BIGINT,
    "disposition_id" BIGINT,
    "digest" VARCHAR(64) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_paper_ticket__5e6bd7" ON "paper" ("ticket_id", "paper");
COMMENT ON TABLE "paper" IS 'A paper on a ticket. ``paper`` is its id in office.yaml, ``values`` what was filled in.';
-- Create model Pause
CREATE TABLE "pause" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "remaining_minutes" INT,
    "reason" VARCHAR(1000) NOT NULL,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_pause_step_id_0af9ab" ON "pause" ("step_id");
COMMENT ON TABLE "pause" IS 'The clock of a step stands still. ``reason`` is what the officer asked the citizen for.';
-- Create model Task
CREATE TABLE "task" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "coordinates" BOOL NOT NULL,
    "due_at" TIMESTAMPTZ,
    "done_at" TIMESTAMPTZ,
    "report" VARCHAR(2000) NOT NULL,
    "disposition_id" BIGINT REFERENCES "disposition" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_task_office_4076b6" ON "task" ("office", "role", "done_at");
CREATE INDEX "idx_task_ticket__ea9f47" ON "task" ("ticket_id");
COMMENT ON TABLE "task" IS 'Somebody is to do something on a ticket: the queue of a role is its open tasks.';
