-- What postgres runs for 0012_outside.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model FieldCheck
CREATE TABLE "field_check" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "place" VARCHAR(300) NOT NULL,
    "task" VARCHAR(2000) NOT NULL,
    "team" JSONB NOT NULL,
    "roles" JSONB NOT NULL,
    "paper" VARCHAR(48) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "done_at" TIMESTAMPTZ,
    "cancelled_at" TIMESTAMPTZ,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_field_check_ticket__739ea2" ON "field_check" ("ticket_id", "id");
CREATE INDEX "idx_field_check_office_756445" ON "field_check" ("office", "done_at");
COMMENT ON TABLE "field_check" IS 'A check in the field that was assigned: when, where, what for, and who goes.';
-- Create model FieldPhoto
CREATE TABLE "field_photo" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "taken_at" TIMESTAMPTZ,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "caption" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "check_id" BIGINT NOT NULL REFERENCES "field_check" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_field_photo_check_i_e4b556" UNIQUE ("check_id", "key")
);
COMMENT ON TABLE "field_photo" IS 'A photo taken in the field, on its way into a report. ``key`` is the phone''s own.';
-- Create model FieldReport
CREATE TABLE "field_report" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL,
    "values" JSONB NOT NULL,
    "paper_id" BIGINT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "check_id" BIGINT NOT NULL REFERENCES "field_check" ("id") ON DELETE RESTRICT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_field_repor_check_i_64d44b" UNIQUE ("check_id", "key")
);
COMMENT ON TABLE "field_report" IS 'What somebody found in the field. ``key`` is the phone''s own, so that one sent twice is on record once.';
-- Create model GuestLink
CREATE TABLE "guest_link" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "agency" VARCHAR(48) NOT NULL,
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "copy" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "opened_at" TIMESTAMPTZ,
    "uses" INT NOT NULL,
    "accepted_at" TIMESTAMPTZ,
    "receiver" VARCHAR(120) NOT NULL,
    "receiver_title" VARCHAR(120) NOT NULL,
    "paper_id" BIGINT,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_guest_link_ticket__ca03d2" ON "guest_link" ("ticket_id", "id");
COMMENT ON TABLE "guest_link" IS 'A link for one agency to one ticket. ``digest`` is the SHA-256 of its token, which is kept nowhere.';
-- Create model GuestReport
CREATE TABLE "guest_report" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" VARCHAR(64) NOT NULL,
    "message_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "link_id" BIGINT NOT NULL REFERENCES "guest_link" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_guest_repor_link_id_dcc663" UNIQUE ("link_id", "key")
);
COMMENT ON TABLE "guest_report" IS 'What an agency reported through its link, ``message_id`` is the note on the ticket that holds it.';
-- Create model Permit
CREATE TABLE "permit" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
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
);
COMMENT ON TABLE "permit" IS 'A permit in force, or one that ran out, as the list of that ``version`` has it on line ``line``.';
-- Create model PermitCheck
CREATE TABLE "permit_check" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "licensed" BOOL NOT NULL,
    "row" JSONB NOT NULL,
    "asked" VARCHAR(200) NOT NULL,
    "found" INT NOT NULL,
    "list_version" INT NOT NULL,
    "list_name" VARCHAR(255) NOT NULL,
    "note" VARCHAR(1000) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_permit_chec_ticket__51ee2d" ON "permit_check" ("ticket_id", "id");
COMMENT ON TABLE "permit_check" IS 'What was decided of a ticket''s object: it has a permit, or none, and what that rests on.';
-- Create model PermitList
CREATE TABLE "permit_list" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "version" INT NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "replaces" BOOL NOT NULL,
    "lines" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_permit_list_office_d872a1" UNIQUE ("office", "version")
);
COMMENT ON TABLE "permit_list" IS 'A file of permits that an officer uploaded. ``version`` counts them per office, ``name`` is the file''s.';
