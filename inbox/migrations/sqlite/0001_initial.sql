-- What sqlite runs for 0001_initial.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model ChannelState
CREATE TABLE "channel_state" (
    "channel" VARCHAR(100) NOT NULL  PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "progress" JSON NOT NULL,
    "last_in_at" TIMESTAMP
) /* What a door remembers: ``progress`` is its own (stored with the messages), the rest is its health. */;
-- Create model Citizen
CREATE TABLE "citizen" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMP NOT NULL
) /* A person who wrote to an office. Joined by strong evidence only, and by an officer's hand. */;
-- Create model Address
CREATE TABLE "address" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "scheme" VARCHAR(24) NOT NULL,
    "value" VARCHAR(320) NOT NULL,
    "confirmed_at" TIMESTAMP,
    "stopped_at" TIMESTAMP,
    "dead_at" TIMESTAMP,
    "dead_reason" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_address_office_7ccf1a" UNIQUE ("office", "scheme", "value")
) /* One way to reach a citizen: ``scheme`` (email, phone, web, telegram ...) and its canonical ``value``. */;
-- Create model Counter
CREATE TABLE "counter" (
    "name" VARCHAR(120) NOT NULL  PRIMARY KEY,
    "value" BIGINT NOT NULL
) /* A running number. Registers take theirs here, gap-free, and on SQLite the ticket numbers do too. */;
-- Create model Entry
CREATE TABLE "journal" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "ticket_id" BIGINT,
    "at" TIMESTAMP NOT NULL,
    "actor" VARCHAR(32) NOT NULL,
    "event" VARCHAR(48) NOT NULL,
    "values" JSON NOT NULL
) /* Who did what, when, why: ids and digests, no personal text. */;
CREATE INDEX "idx_journal_ticket__4f613e" ON "journal" ("ticket_id", "id");
CREATE INDEX "idx_journal_office_71c18e" ON "journal" ("office", "id");
-- Create model Officer
CREATE TABLE "officer" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "login" VARCHAR(64) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "initials" VARCHAR(8) NOT NULL,
    "password" VARCHAR(200) NOT NULL,
    "language" VARCHAR(5) NOT NULL,
    "active" INT NOT NULL,
    "failures" INT NOT NULL,
    "locked_until" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL
) /* Somebody who signs in. ``password`` is an argon2 hash, empty where nobody can sign in with one. */;
-- Create model OfficerRole
CREATE TABLE "officer_role" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_officer_rol_officer_6fcef9" UNIQUE ("officer_id", "role")
) /* An officer holds a role of the office (``office.yaml``: roles). */;
-- Create model ProcedureVersion
CREATE TABLE "procedure_version" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "procedure" VARCHAR(48) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    CONSTRAINT "uid_procedure_v_office_871a54" UNIQUE ("office", "procedure", "digest")
) /* A procedure exactly as it was when a ticket began: ``body`` is ``Procedure`` as JSON, ``digest`` its SHA-256. */;
-- Create model Session
CREATE TABLE "session" (
    "digest" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "data" JSON NOT NULL,
    "agent" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "seen_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE CASCADE
) /* A signed-in browser. The cookie holds a random token, the row its SHA-256. */;
CREATE INDEX "idx_session_officer_45c7aa" ON "session" ("officer_id");
CREATE INDEX "idx_session_expires_823c67" ON "session" ("expires_at");
-- Create model SetAside
CREATE TABLE "set_aside" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "external_id" VARCHAR(998) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "original" BLOB,
    "original_file" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "resolved_at" TIMESTAMP,
    "resolution" VARCHAR(16) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_set_aside_channel_ac9bdd" UNIQUE ("channel", "digest")
) /* A message that could not be digested, kept exactly as it came until an officer says what to do. */;
-- Create model Ticket
CREATE TABLE "ticket" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "number" VARCHAR(16) NOT NULL UNIQUE,
    "code" VARCHAR(6) NOT NULL,
    "kind" VARCHAR(48) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "summary" VARCHAR(200) NOT NULL,
    "object" VARCHAR(300) NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "latitude" REAL,
    "longitude" REAL,
    "permit_number" VARCHAR(80) NOT NULL,
    "lapor_id" VARCHAR(40) NOT NULL,
    "step" VARCHAR(48) NOT NULL,
    "due_at" TIMESTAMP,
    "promise_at" TIMESTAMP,
    "promise_missed_at" TIMESTAMP,
    "ceiling_at" TIMESTAMP,
    "ceiling_missed_at" TIMESTAMP,
    "opened_at" TIMESTAMP NOT NULL,
    "last_in_at" TIMESTAMP,
    "unread" INT NOT NULL,
    "answered_at" TIMESTAMP,
    "closed_at" TIMESTAMP,
    "closing" VARCHAR(32) NOT NULL,
    "agency" VARCHAR(48) NOT NULL,
    "reopened" INT NOT NULL,
    "rating" INT,
    "version" INT NOT NULL,
    "citizen_id" BIGINT NOT NULL REFERENCES "citizen" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "procedure_id" BIGINT NOT NULL REFERENCES "procedure_version" ("id") ON DELETE RESTRICT
) /* One complaint (aduan). */;
CREATE INDEX "idx_ticket_office_b3c5af" ON "ticket" ("office", "status", "due_at", "id");
CREATE INDEX "idx_ticket_citizen_ba77bb" ON "ticket" ("citizen_id");
-- Create model Conversation
CREATE TABLE "conversation" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "state" JSON NOT NULL,
    "last_in_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_conversatio_channel_176437" UNIQUE ("channel", "address_id")
) /* (channel, address), and it lasts. ``state`` is what the dialogue remembers (``bot\/dialogue.py``). */;
-- Create model Message
CREATE TABLE "message" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
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
    "automatic" INT NOT NULL,
    "public" INT NOT NULL,
    "answers" JSON NOT NULL,
    "values" JSON NOT NULL,
    "sent_at" TIMESTAMP NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "original" BLOB,
    "original_file" VARCHAR(64) NOT NULL,
    "conversation_id" BIGINT REFERENCES "conversation" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_message_channel_232fe0" UNIQUE ("channel", "external_id")
) /* One thing said. ``direction``: in, out, or note (between officers: no conversation, never leaves). */;
CREATE INDEX "idx_message_ticket__b681cc" ON "message" ("ticket_id", "id");
CREATE INDEX "idx_message_convers_a186fa" ON "message" ("conversation_id", "id");
-- Create model Attachment
CREATE TABLE "attachment" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "type" VARCHAR(127) NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "reference" TEXT NOT NULL,
    "inline" INT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMP,
    "message_id" BIGINT NOT NULL REFERENCES "message" ("id") ON DELETE RESTRICT
) /* A file of a message. ``state``: stored, pending (to be fetched), failed, refused (too large). */;
CREATE INDEX "idx_attachment_message_3d2f98" ON "attachment" ("message_id");
-- Create model Delivery
CREATE TABLE "delivery" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "channel" VARCHAR(100) NOT NULL,
    "key" VARCHAR(32) NOT NULL UNIQUE,
    "state" VARCHAR(9) NOT NULL,
    "automatic" INT NOT NULL,
    "choices" JSON NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMP NOT NULL,
    "give_up_at" TIMESTAMP NOT NULL,
    "lease_until" TIMESTAMP,
    "worker" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "sent_at" TIMESTAMP,
    "delivered_at" TIMESTAMP,
    "read_at" TIMESTAMP,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE RESTRICT,
    "message_id" BIGINT NOT NULL UNIQUE REFERENCES "message" ("id") ON DELETE RESTRICT
) /* One outgoing message on its way. */;
CREATE INDEX "idx_delivery_address_8de8a9" ON "delivery" ("address_id", "created_at");
-- Create model Attempt
CREATE TABLE "attempt" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "number" INT NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "milliseconds" INT,
    "outcome" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "delivery_id" BIGINT NOT NULL REFERENCES "delivery" ("id") ON DELETE RESTRICT
) /* One try at a delivery: when, how long, and what the platform said. */;
CREATE INDEX "idx_attempt_deliver_aa83f4" ON "attempt" ("delivery_id");
-- Create model Notice
CREATE TABLE "notice" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "key" VARCHAR(120) NOT NULL UNIQUE,
    "values" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "seen_at" TIMESTAMP,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* Something an officer, or whoever holds a role, is to be told. ``kind`` names the sentence. */;
CREATE INDEX "idx_notice_office_b9151d" ON "notice" ("office", "role", "seen_at");
-- Create model RegisterEntry
CREATE TABLE "register_entry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "register" VARCHAR(48) NOT NULL,
    "year" INT NOT NULL,
    "number" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_register_en_office_04c8a6" UNIQUE ("office", "register", "year", "number")
) /* A line of a running book: gap-free per office, book and year. */;
-- Create model TicketLink
CREATE TABLE "ticket_link" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "hears" INT NOT NULL,
    "confirmed" INT NOT NULL,
    "probed_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL,
    "conversation_id" BIGINT NOT NULL REFERENCES "conversation" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ticket_link_ticket__88d591" UNIQUE ("ticket_id", "conversation_id")
) /* A conversation that speaks of a ticket. ``hears``: this one gets the answers. */;
CREATE INDEX "idx_ticket_link_convers_8e27cb" ON "ticket_link" ("conversation_id", "ticket_id");
-- Create model TicketStep
CREATE TABLE "ticket_step" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "ordinal" INT NOT NULL,
    "step" VARCHAR(48) NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "due_at" TIMESTAMP,
    "reminded_at" TIMESTAMP,
    "superior_reminded_at" TIMESTAMP,
    "ended_at" TIMESTAMP,
    "ending" VARCHAR(10) NOT NULL,
    "action" VARCHAR(48) NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    "version_id" BIGINT NOT NULL REFERENCES "procedure_version" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ticket_step_ticket__3274a5" UNIQUE ("ticket_id", "ordinal")
) /* A step the ticket entered. ``ended_at`` null is where it stands. */;
-- Create model Disposition
CREATE TABLE "disposition" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "nature" VARCHAR(40) NOT NULL,
    "instruction" VARCHAR(2000) NOT NULL,
    "due_at" TIMESTAMP,
    "initials" VARCHAR(8) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* A superior's instruction on a ticket. Its addressees are ``Task`` rows, the first of them coordinates. */;
CREATE INDEX "idx_disposition_ticket__9a3580" ON "disposition" ("ticket_id");
-- Create model Paper
CREATE TABLE "paper" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "paper" VARCHAR(48) NOT NULL,
    "values" JSON NOT NULL,
    "message_id" BIGINT,
    "entry_id" BIGINT,
    "disposition_id" BIGINT,
    "digest" VARCHAR(64) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* A paper on a ticket. ``paper`` is its id in office.yaml, ``values`` what was filled in. */;
CREATE INDEX "idx_paper_ticket__5e6bd7" ON "paper" ("ticket_id", "paper");
-- Create model Pause
CREATE TABLE "pause" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "started_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP,
    "remaining_minutes" INT,
    "reason" VARCHAR(1000) NOT NULL,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT
) /* The clock of a step stands still. ``reason`` is what the officer asked the citizen for. */;
CREATE INDEX "idx_pause_step_id_0af9ab" ON "pause" ("step_id");
-- Create model Task
CREATE TABLE "task" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "coordinates" INT NOT NULL,
    "due_at" TIMESTAMP,
    "done_at" TIMESTAMP,
    "report" VARCHAR(2000) NOT NULL,
    "disposition_id" BIGINT REFERENCES "disposition" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "step_id" BIGINT NOT NULL REFERENCES "ticket_step" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* Somebody is to do something on a ticket: the queue of a role is its open tasks. */;
CREATE INDEX "idx_task_office_4076b6" ON "task" ("office", "role", "done_at");
CREATE INDEX "idx_task_ticket__ea9f47" ON "task" ("ticket_id");
