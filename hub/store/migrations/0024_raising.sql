-- A concern that somebody raises on a page: what they typed is sealed under the evidence key, bound to its id, and erased
-- once it was sent or its time is over.

create table raising (
    raising_id   uuid primary key,
    person_id    uuid not null references person on delete cascade,
    organisation text not null,
    key          text,
    sealed       bytea,                          -- null: sent
    began_at     timestamptz not null,
    ends_at      timestamptz not null,
    sent_at      timestamptz,                    -- last_modified of the record; a record of another time is another
    event_id     uuid
);
create index raising_of on raising (person_id);
