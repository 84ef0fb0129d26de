-- What sqlite runs for 0002_partial_indexes.py, recorded from it by `make schema`. Never edit: change the migration.
-- Run SQL
CREATE INDEX delivery_due ON delivery (due_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX delivery_in_line ON delivery (channel, address_id, id) WHERE state IN ('queued', 'sending');
CREATE UNIQUE INDEX delivery_in_flight ON delivery (channel, address_id) WHERE state = 'sending';
CREATE INDEX delivery_by_state ON delivery (office, state, id);
CREATE INDEX attachment_pending ON attachment (due_at) WHERE state = 'pending';
CREATE INDEX ticket_step_due ON ticket_step (due_at) WHERE ended_at IS NULL;
CREATE INDEX ticket_step_open ON ticket_step (ticket_id) WHERE ended_at IS NULL;
CREATE INDEX ticket_promise ON ticket (promise_at) WHERE promise_missed_at IS NULL AND closed_at IS NULL;
CREATE INDEX ticket_by_due ON ticket (office, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX ticket_newest ON ticket (office, id);
CREATE INDEX ticket_newest_by_status ON ticket (office, status, id);
CREATE INDEX ticket_ceiling ON ticket (ceiling_at) WHERE ceiling_missed_at IS NULL AND closed_at IS NULL;
CREATE INDEX register_entry_of_ticket ON register_entry (ticket_id);
CREATE INDEX task_open ON task (office, role, ticket_id) WHERE done_at IS NULL;
CREATE INDEX notice_unseen ON notice (office, id) WHERE seen_at IS NULL;
CREATE INDEX message_kept ON message (created_at) WHERE direction = 'in' AND ticket_id IS NULL AND template <> '';
CREATE INDEX set_aside_open ON set_aside (office, id) WHERE resolved_at IS NULL;
