-- Texts that tell more than their recipient may know wait for a person; what is released follows as a delivery of its own.

create table waiting_text (
    task_id    uuid primary key references review_task on delete cascade,
    event_id   uuid not null references event on delete cascade,
    subject    text not null,
    recipient  text not null,
    role       text not null,
    revision   integer not null,               -- of the event, that decided so
    isp        text,                           -- id@version that released the text, but for what it tells
    clause     text not null,
    subject_id uuid,                           -- the register's; its registration is checked again before it leaves
    parts      jsonb not null,                 -- number of each content part -> how it would be shown
    by         timestamptz,                    -- the rule's own deadline
    due_by     timestamptz not null            -- when the disclosure that went without it is due
);
create index waiting_text_by_event on waiting_text (event_id);

create table text_request (                    -- what a reviewer asked of the router, which alone holds the keys
    seq          bigint generated always as identity primary key,
    task_id      uuid not null references waiting_text on delete cascade,
    verdict      text,                         -- null: to be read; else release | mask
    masks_key    text,                         -- key of `masks`
    masks        bytea,                        -- passages to mask, bound to the digests of the parts
    requested_at timestamptz not null,
    attempts     integer not null default 0,   -- that failed by a fault of the hub
    done_at      timestamptz,
    failed       text,                         -- why nothing came of it; a person was asked
    sealed_key   text,                         -- key of `sealed`
    sealed       bytea                         -- text and marks, to the review key; erased once the task is answered
);
alter table text_request alter column sealed set storage external;
create index text_request_waiting on text_request (task_id) where done_at is null;
