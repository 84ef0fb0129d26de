-- What postgres runs for 0036_identities.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model IdentityKey
CREATE TABLE "identity_key" (
    "id" VARCHAR(8) NOT NULL  PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "identity_key" IS 'A key under which something of an office lies encrypted (``inbox.ciphering``): its name, never the key.';
-- Alter field value on Address
ALTER TABLE "address" ALTER COLUMN "value" TYPE VARCHAR(500);
-- Alter field value on AddressName
ALTER TABLE "address_name" ALTER COLUMN "value" TYPE VARCHAR(500);
-- Alter field name on Citizen
ALTER TABLE "citizen" ALTER COLUMN "name" TYPE VARCHAR(1200);
-- Alter field original on Message
-- (no-op)
-- Alter field values on Message
-- (no-op)
