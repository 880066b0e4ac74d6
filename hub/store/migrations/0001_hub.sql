-- Events, decisions, deliveries and what belongs to them. Sealed columns hold ciphertext; no column holds a name, a
-- date of birth, an address, an identifier or narrative in clear. docs/architecture/data.md says who each is for.

create table event (
    event_id      uuid primary key,
    source        text not null,
    kind          text not null,
    tier          text not null,
    case_key      bytea not null,
    sequence      bigint not null,
    digest        bytea not null,              -- SHA-256 of the signed header: same id with another digest is refused
    raised_at     timestamptz not null,        -- the source's word, clamped to broker_at when it lies in the future
    raised_ahead  boolean not null,            -- the source's word lay in the future
    broker_at     timestamptz not null,
    decided_at    timestamptz not null,
    topic         text not null,
    partition     integer not null,
    record_offset bigint not null,
    outcome       text not null,               -- matched | review | not_found | superseded | retracted
    rules_version text not null,
    evidence_key  text not null,               -- key of `evidence`
    evidence      bytea not null,              -- what each decision was made from (`given`), matches and reasons
    sealed        bytea,                       -- the record as it came, until every subject of it is closed
    unique (source, case_key, sequence)
);
alter table event alter column sealed set storage external;   -- ciphertext does not compress
alter table event alter column evidence set storage external;
create index event_by_time on event (decided_at);

create table case_lock (                       -- one row a case; a case is decided under this row's lock
    source   text not null,
    case_key bytea not null,
    primary key (source, case_key)
);

create table event_subject (
    event_id   uuid not null references event on delete cascade,
    subject    text not null,                  -- key within the event
    outcome    text not null,                  -- matched | review | not_found
    subject_id uuid,                           -- the register's, where matched
    primary key (event_id, subject)
);

create table decision (
    event_id  uuid not null references event on delete cascade,
    subject   text not null,
    recipient text not null,
    role      text not null,
    revision  integer not null,
    kind      text not null,
    outcome   text not null,                   -- share | withhold | cannot_decide
    isp       text,
    clause    text,
    rule      text,
    due_by    timestamptz,                     -- the rule's own deadline
    tier      text not null,
    released  jsonb not null,
    withheld  text[] not null,
    primary key (event_id, subject, recipient, role, revision)
);

create table delivery (
    delivery_id     uuid primary key,
    event_id        uuid not null references event on delete cascade,
    subject         text not null,
    recipient       text not null,
    role            text not null,
    purpose         text not null,             -- disclose | correct | recall | notify
    revision        integer not null,
    tier            text not null,
    isp             text,                      -- id@version that allowed it; checked again when claimed
    subject_id      uuid,                      -- the register's; its registration is checked again when claimed
    status          text not null,             -- pending | accepted | held | cancelled
    reason          text,                      -- why held or cancelled, one of hub.delivery's closed list
    channel         text,                      -- the channel that took it, or is tried next
    attempts        integer not null default 0,
    next_attempt_at timestamptz not null,
    due_by          timestamptz not null,
    claimed_by      integer,                   -- a dispatcher's session: holds while its advisory lock is held
    created_at      timestamptz not null,
    settled_at      timestamptz,
    body            bytea                      -- CloudEvents JSON whose data is a JWE to the recipient's keys
);
alter table delivery alter column body set storage external;
create index delivery_due on delivery (tier, next_attempt_at) where status = 'pending';
create index delivery_by_event on delivery (event_id);
create index delivery_by_recipient on delivery (recipient, role, created_at);

create table receipt (
    delivery_id uuid not null references delivery on delete cascade,
    layer       smallint not null,             -- 1 accepted, 2 collected, 3 opened, 4 acted
    at          timestamptz not null,          -- the recipient's word
    received_at timestamptz not null,
    by_key      text,                          -- key of `by_sealed`
    by_sealed   bytea,                         -- the named person who opened it or acted
    primary key (delivery_id, layer)
);

create table review_task (
    task_id    uuid primary key,
    event_id   uuid not null references event on delete cascade,
    subject    text not null,
    cause      text not null,                  -- match | sharing | recheck | delivery
    why        text[] not null,                -- sentences without personal data
    owner      text not null,                  -- organisation whose desk answers
    owner_role text not null,
    tier       text not null,
    opened_at  timestamptz not null,
    due_by     timestamptz not null,
    status     text not null                   -- open | decided | escalated
);
create index review_open on review_task (due_by) where status = 'open';
create index review_by_event on review_task (event_id);

create table dead_letter (
    dead_letter_id uuid primary key,           -- UUIDv5 of topic, partition and offset
    topic          text not null,
    partition      integer not null,
    record_offset  bigint not null,
    event_id       uuid,                       -- where the signature proved it
    source         text,                       -- where the signature proved it
    reason         text not null,              -- hub.errors.Reason
    owner          text not null,              -- `hub`, or the source's organisation id
    owner_role     text not null,
    opened_at      timestamptz not null,
    due_by         timestamptz not null,
    status         text not null,              -- open | replayed | escalated
    record_key     bytea,
    body           bytea                       -- still sealed
);
alter table dead_letter alter column body set storage external;
create index dead_letter_open on dead_letter (due_by) where status = 'open';

create table source_standing (
    source         text primary key,
    bad_since      timestamptz not null,       -- start of the window in which bad records are counted
    bad_count      integer not null,
    quarantined_at timestamptz
);

create table outbox (
    seq        bigint generated always as identity primary key,
    topic      text not null,
    record_key bytea,
    value      bytea not null,
    created_at timestamptz not null default now()
);

create table rules_set (
    version       text primary key,            -- sha256:...
    content       bytea not null,              -- the whole set, so that an old answer can be given again
    first_used_at timestamptz not null
);

create table api_key (
    key_id       text primary key,
    secret_hash  bytea not null,
    organisation text not null,
    role         text not null,
    created_at   timestamptz not null,
    revoked_at   timestamptz
);

create table ledger_entry (
    seq      bigint generated always as identity primary key,
    entry_id uuid not null unique,
    at       timestamptz not null,
    kind     text not null,                    -- decision | disclosure | receipt | review | dead_letter | ...
    leaf     bytea not null,                   -- SHA-256 over salt and facts: the commitment
    salt     bytea,                            -- erased with `facts`; the leaf stays
    facts    bytea                             -- canonical JSON, no personal data
);

create function ledger_only_grows() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.salt is null and new.facts is null
       and (new.seq, new.entry_id, new.at, new.kind, new.leaf) = (old.seq, old.entry_id, old.at, old.kind, old.leaf) then
        return new;                            -- erasing what a leaf commits to is the one change allowed
    end if;
    raise exception 'the ledger only grows';
end $$;
create trigger ledger_only_grows before update or delete on ledger_entry
    for each row execute function ledger_only_grows();
create trigger ledger_never_truncated before truncate on ledger_entry
    for each statement execute function ledger_only_grows();
