-- What postgres runs for 0024_names.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model AddressName
CREATE TABLE "address_name" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "scheme" VARCHAR(24) NOT NULL,
    "value" VARCHAR(320) NOT NULL,
    "address_id" BIGINT NOT NULL REFERENCES "address" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_address_nam_office_5e3d15" UNIQUE ("office", "scheme", "value")
);
COMMENT ON TABLE "address_name" IS 'What a platform calls the owner of an address beside its ``value``, for good (``inbox.people.recognising``).';
