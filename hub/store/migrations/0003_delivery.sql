-- What the dispatcher keeps of a delivery besides its state, and the indexes that it claims by.

alter table delivery add column channel_attempts integer not null default 0;  -- on the channel tried now; `attempts` is all
alter table delivery add column asked_at timestamptz;       -- when a person was asked, because the deadline was missed
alter table delivery add column replayed_at timestamptz;    -- when an operator last put it back

create sequence dispatcher_session as integer cycle;        -- a session's number is also its advisory lock's

-- An endpoint is a recipient and the channel tried next ('' until the first attempt): the dispatcher skips from endpoint
-- to endpoint, so that what waits for a hung one is never read.
drop index delivery_due;
create index delivery_waiting on delivery (tier, recipient, coalesce(channel, ''), due_by) where status = 'pending';
create index delivery_claimed on delivery (claimed_by) where claimed_by is not null;
create index delivery_late on delivery (due_by) where status = 'pending' and asked_at is null;
create index delivery_in_inbox on delivery (recipient, role, settled_at, delivery_id)
    where status = 'accepted' and channel = 'inbox';
