-- What sqlite runs for 0012_outside.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model FieldCheck
CREATE TABLE "field_check" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "task" VARCHAR(2000) NOT NULL,
    "team" JSON NOT NULL,
    "roles" JSON NOT NULL,
    "paper" VARCHAR(48) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "done_at" TIMESTAMP,
    "cancelled_at" TIMESTAMP,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* A check in the field that was assigned: when, where, what for, and who goes. */;
CREATE INDEX "idx_field_check_ticket__739ea2" ON "field_check" ("ticket_id", "id");
CREATE INDEX "idx_field_check_office_756445" ON "field_check" ("office", "done_at");
-- Create model FieldPhoto
CREATE TABLE "field_photo" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "taken_at" TIMESTAMP,
    "latitude" REAL,
    "longitude" REAL,
    "caption" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "check_id" BIGINT NOT NULL REFERENCES "field_check" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_field_photo_check_i_e4b556" UNIQUE ("check_id", "key")
) /* A photo taken in the field, on its way into a report. ``key`` is the phone's own. */;
-- Create model FieldReport
CREATE TABLE "field_report" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "values" JSON NOT NULL,
    "paper_id" BIGINT,
    "created_at" TIMESTAMP NOT NULL,
    "check_id" BIGINT NOT NULL REFERENCES "field_check" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_field_repor_check_i_64d44b" UNIQUE ("check_id", "key")
) /* What somebody found in the field. ``key`` is the phone's own, so that one sent twice is on record once. */;
-- Create model GuestLink
CREATE TABLE "guest_link" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "agency" VARCHAR(48) NOT NULL,
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "copy" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "revoked_at" TIMESTAMP,
    "opened_at" TIMESTAMP,
    "uses" INT NOT NULL,
    "accepted_at" TIMESTAMP,
    "receiver" VARCHAR(120) NOT NULL,
    "receiver_title" VARCHAR(120) NOT NULL,
    "paper_id" BIGINT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* A link for one agency to one ticket. ``digest`` is the SHA-256 of its token, which is kept nowhere. */;
CREATE INDEX "idx_guest_link_ticket__ca03d2" ON "guest_link" ("ticket_id", "id");
-- Create model GuestReport
CREATE TABLE "guest_report" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    "message_id" BIGINT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "link_id" BIGINT NOT NULL REFERENCES "guest_link" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_guest_repor_link_id_dcc663" UNIQUE ("link_id", "key")
) /* What an agency reported through its link, ``message_id`` is the note on the ticket that holds it. */;
-- Create model Permit
CREATE TABLE "permit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "version" INT NOT NULL,
    "line" INT NOT NULL,
    "number" VARCHAR(120) NOT NULL,
    "key" VARCHAR(120) NOT NULL,
    "holder" VARCHAR(300) NOT NULL,
    "object" VARCHAR(300) NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "validity" VARCHAR(60) NOT NULL,
    "valid_until" DATE,
    "words" TEXT NOT NULL,
    CONSTRAINT "uid_permit_office_b0390f" UNIQUE ("office", "key")
) /* A permit in force, or one that ran out, as the list of that ``version`` has it on line ``line``. */;
-- Create model PermitCheck
CREATE TABLE "permit_check" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "licensed" INT NOT NULL,
    "row" JSON NOT NULL,
    "asked" VARCHAR(200) NOT NULL,
    "found" INT NOT NULL,
    "list_version" INT NOT NULL,
    "list_name" VARCHAR(255) NOT NULL,
    "note" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
) /* What was decided of a ticket's object: it has a permit, or none, and what that rests on. */;
CREATE INDEX "idx_permit_chec_ticket__51ee2d" ON "permit_check" ("ticket_id", "id");
-- Create model PermitList
CREATE TABLE "permit_list" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "office" VARCHAR(48) NOT NULL,
    "version" INT NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "replaces" INT NOT NULL,
    "lines" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_permit_list_office_d872a1" UNIQUE ("office", "version")
) /* A file of permits that an officer uploaded. ``version`` counts them per office, ``name`` is the file's. */;
