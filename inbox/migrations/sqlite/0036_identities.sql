-- What sqlite runs for 0036_identities.py, recorded from it by `make schema`. Never edit: change the migration.
-- Create model IdentityKey
CREATE TABLE "identity_key" (
    "id" VARCHAR(8) NOT NULL  PRIMARY KEY,
    "office" VARCHAR(48) NOT NULL,
    "made_at" TIMESTAMP NOT NULL
) /* A key under which something of an office lies encrypted (``inbox.ciphering``): its name, never the key. */;
-- Alter field value on Address
-- (no-op)
-- Alter field value on AddressName
-- (no-op)
-- Alter field name on Citizen
-- (no-op)
-- Alter field original on Message
-- (no-op)
-- Alter field values on Message
-- (no-op)
