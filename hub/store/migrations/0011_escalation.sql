-- Watched until a person confirms, not a machine; and a recipient's own system is tried on while its inbox has it already.

alter table delivery add column trying text;       -- the channel that is tried besides the one that took it
alter table delivery add column unconfirmed boolean not null default true;   -- nobody opened it or acted on it yet

update delivery set unconfirmed = false
where exists (select from receipt where receipt.delivery_id = delivery.delivery_id and layer >= 3)
   or settled_at < now() - interval '30 days';     -- what the release before let pass is not called late a month after

create table delivery_attempt (                    -- each attempt, by channel; the delivery's own row has the sums
    delivery_id uuid not null references delivery on delete cascade,
    number      integer not null,
    channel     text not null,
    at          timestamptz not null,
    outcome     text not null,                     -- delivered | retry | refused | invalid
    reason      text,                              -- hub.delivery.reasons.Fault
    primary key (delivery_id, number)
);

create table escalation (                          -- the steps of its tier's chain that an unconfirmed delivery took
    delivery_id uuid not null references delivery on delete cascade,
    step        integer not null,                  -- 0: a person was asked; the ledger says who was told by the others
    at          timestamptz not null,
    primary key (delivery_id, step)
);

-- delivery_waiting and delivery_late stay for the release before, which runs beside this one.
create index delivery_to_try on delivery (tier, recipient, coalesce(trying, channel, ''), due_by)
    where status = 'pending' or trying is not null;
create index delivery_to_ask on delivery (due_by)
    where (status = 'pending' or trying is not null) and asked_at is null;
create index delivery_unconfirmed on delivery (tier, settled_at)
    where status = 'accepted' and purpose = 'disclose' and unconfirmed and recalled_at is null;
