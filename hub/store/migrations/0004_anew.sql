-- Deciding an event anew: who asked for it, and what each further revision was made from. The first revision is the
-- event's own row.

alter table event add column revision integer not null default 1;   -- the latest

create table event_revision (
    event_id      uuid not null references event on delete cascade,
    revision      integer not null,            -- 2 and later
    cause         text not null,               -- hub.terms.Cause
    outcome       text not null,
    rules_version text not null,
    evidence_key  text not null,
    evidence      bytea not null,              -- as event.evidence
    decided_at    timestamptz not null,
    primary key (event_id, revision)
);
alter table event_revision alter column evidence set storage external;

create table resumption (                      -- an event waits to be decided anew, for one of its subjects
    seq          bigint generated always as identity primary key,
    event_id     uuid not null references event on delete cascade,
    subject      text not null,
    cause        text not null,                -- hub.terms.Cause
    answer       text,                         -- hub.terms.Answer, where a person said who the child is
    subject_id   uuid,                         -- whom the reviewer chose
    requested_at timestamptz not null,
    attempts     integer not null default 0,   -- that failed by a fault of the hub
    done_at      timestamptz,
    revision     integer,                      -- what it came to; null where there was nothing to decide
    failed       text                          -- why it cannot be decided anew; a person was asked
);
create index resumption_waiting on resumption (event_id) where done_at is null;

alter table review_task add column delivery_id uuid;                 -- the delivery that is asked about, if one is

alter table rules_set add column content_key text;                   -- key of `content`; null: in clear, as before
alter table delivery add column recalled_at timestamptz;             -- its recipient was called back: not to be read again

create table review_answer (                   -- what each reviewer said; a task may need two of one mind
    answer_id  uuid primary key,
    task_id    uuid not null references review_task on delete cascade,
    verdict    text not null,                  -- hub.terms.ReviewVerdict
    subject_id uuid,
    at         timestamptz not null,
    by_key     text not null,                  -- key of `by_sealed`
    by_sealed  bytea not null,                 -- who, and the reason given
    counts     boolean not null                -- false: it was not of one mind with the other, or needs more
);
create index review_answer_by_task on review_answer (task_id, at);
