-- What postgres runs for 0027_allowance.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE UNLOGGED TABLE allowance (key CHAR(32) NOT NULL PRIMARY KEY, full_at TIMESTAMPTZ NOT NULL);
