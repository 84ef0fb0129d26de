-- What postgres runs for 0038_accounts.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model OfficerAccount
CREATE TABLE "officer_account" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "issuer" VARCHAR(300) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "officer_id" BIGINT NOT NULL REFERENCES "officer" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_officer_acc_issuer_f0e215" UNIQUE ("issuer", "subject"),
    CONSTRAINT "uid_officer_acc_officer_ff28e1" UNIQUE ("officer_id", "issuer")
);
COMMENT ON TABLE "officer_account" IS 'An officer''s account at an OpenID provider: ``subject`` is what the ``issuer`` calls it for ever.';
