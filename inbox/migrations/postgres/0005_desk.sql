-- What postgres runs for 0005_desk.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model CannedAnswer
CREATE TABLE "canned_answer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "shortcut" VARCHAR(32) NOT NULL,
    "title" VARCHAR(80) NOT NULL,
    "text" VARCHAR(4000) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "retired_at" TIMESTAMPTZ,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_canned_answ_office_74d5f6" ON "canned_answer" ("office", "shortcut");
COMMENT ON TABLE "canned_answer" IS 'An answer at hand. ``officer`` null: the office''s, else that officer''s own. ``shortcut`` follows a slash.';
-- Create model Draft
CREATE TABLE "draft" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(8) NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_draft_officer_1a7991" UNIQUE ("officer_id", "ticket_id", "kind")
);
CREATE INDEX "idx_draft_ticket__f15b90" ON "draft" ("ticket_id");
COMMENT ON TABLE "draft" IS 'What an officer has written on a ticket and not sent. ``kind``: reply or note.';
-- Create model Holiday
CREATE TABLE "holiday" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "day" DATE NOT NULL,
    "name" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_holiday_office_783918" UNIQUE ("office", "day")
);
COMMENT ON TABLE "holiday" IS 'A day that the office does not work, beside those of its config. ``officer`` entered it.';
-- Create model Label
CREATE TABLE "label" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(60) NOT NULL,
    "colour" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "retired_at" TIMESTAMPTZ,
    CONSTRAINT "uid_label_office_879ebf" UNIQUE ("office", "name")
);
COMMENT ON TABLE "label" IS 'A word that officers put on tickets, ``colour`` is a hue of the design. ``retired_at``: no longer offered.';
-- Create model Mention
CREATE TABLE "mention" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ,
    "message_id" BIGINT NOT NULL REFERENCES "message" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_mention_message_848d48" UNIQUE ("message_id", "officer_id")
);
CREATE INDEX "idx_mention_ticket__b9fa5d" ON "mention" ("ticket_id");
COMMENT ON TABLE "mention" IS 'A note that names an officer. ``seen_at``: that officer opened the ticket since.';
-- Create model OfficeSetting
CREATE TABLE "office_setting" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(48) NOT NULL,
    "values" JSONB NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_office_sett_office_2a44af" UNIQUE ("office", "name")
);
COMMENT ON TABLE "office_setting" IS 'Something an office switches at the desk: ``practice`` (nothing leaves the house), ``public-figures``.';
-- Create model Relation
CREATE TABLE "relation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(1000) NOT NULL,
    "values" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "undone_at" TIMESTAMPTZ,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "other_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_relation_ticket__c907c5" ON "relation" ("ticket_id");
CREATE INDEX "idx_relation_other_i_99d7a1" ON "relation" ("other_id");
COMMENT ON TABLE "relation" IS 'Two tickets belong together, or an officer said that they do not.';
-- Create model SavedView
CREATE TABLE "saved_view" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "name" VARCHAR(60) NOT NULL,
    "query" VARCHAR(1000) NOT NULL,
    "place" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT REFERENCES "officer" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_saved_view_office_f8660a" ON "saved_view" ("office", "officer_id");
COMMENT ON TABLE "saved_view" IS 'A list somebody wants again: ``query`` is the list''s address. ``officer`` null: everybody''s at the office.';
-- Create model Snooze
CREATE TABLE "snooze" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "until" TIMESTAMPTZ NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_snooze_ticket__5f74a4" ON "snooze" ("ticket_id");
COMMENT ON TABLE "snooze" IS '\"Ingatkan saya\": until then the ticket is out of this officer''s lists. ``ended_at``: it came back.';
-- Create model StandIn
CREATE TABLE "stand_in" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "role" VARCHAR(48) NOT NULL,
    "title" VARCHAR(8) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "created_by" BIGINT NOT NULL,
    "instead_of_id" BIGINT REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_stand_in_officer_64a9fa" ON "stand_in" ("officer_id");
CREATE INDEX "idx_stand_in_office_d7fefd" ON "stand_in" ("office", "role");
COMMENT ON TABLE "stand_in" IS 'An officer holds a role for a while: acting (Plt, Plh), or for a colleague on leave (``instead_of``).';
-- Create model TicketLabel
CREATE TABLE "ticket_label" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "label_id" BIGINT NOT NULL REFERENCES "label" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ticket_labe_ticket__fe504a" UNIQUE ("ticket_id", "label_id")
);
CREATE INDEX "idx_ticket_labe_label_i_f998ab" ON "ticket_label" ("label_id", "ticket_id");
COMMENT ON TABLE "ticket_label" IS 'A label on a ticket, and who put it there.';
-- Add field undone_at to Message
ALTER TABLE "message" ADD COLUMN "undone_at" TIMESTAMPTZ;
-- Add field settings to Officer
ALTER TABLE "officer" ADD COLUMN "settings" JSONB;
-- Add field merged_into to Ticket
ALTER TABLE "ticket" ADD COLUMN "merged_into" BIGINT;
-- Run SQL
CREATE INDEX mention_unseen ON mention (office, officer_id) WHERE seen_at IS NULL;
CREATE UNIQUE INDEX snooze_open ON snooze (officer_id, ticket_id) WHERE ended_at IS NULL;
CREATE INDEX snooze_due ON snooze (until) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX relation_live ON relation (kind, ticket_id, other_id) WHERE undone_at IS NULL;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX ticket_link_probed ON ticket_link (office, probed_at) WHERE probed_at IS NOT NULL;
CREATE INDEX ticket_of_officer ON ticket (officer_id, status);
-- Run SQL
DROP INDEX message_kept;
CREATE INDEX message_kept ON message (ticket_id, created_at) WHERE direction = 'in' AND template <> '';
