-- What postgres runs for 0021_approved.py, recorded from it by `make schema`. Never edit: change the migration.
-- Add field approved to ChannelState
ALTER TABLE "channel_state" ADD COLUMN "approved" JSONB;
