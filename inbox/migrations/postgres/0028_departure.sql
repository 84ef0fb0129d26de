-- What postgres runs for 0028_departure.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE UNLOGGED TABLE departure (channel VARCHAR(100) NOT NULL, whom CHAR(32) NOT NULL, at TIMESTAMPTZ NOT NULL);
CREATE INDEX departure_lately ON departure (channel, at);
CREATE INDEX departure_whom ON departure (channel, whom, at);
