-- What people who receive say and do: who read it, what they did, whom they handed it to, what they asked its source, and
-- what they took out of the hub. Their words are sealed under the evidence key, bound to their row's id.

alter table receipt add column by_person uuid;            -- null: by word of their own system
alter table acknowledgement add column by_person uuid;

alter table delivery add column reached smallint not null default 0;   -- 3 opened, 4 acted; 0: by no named person yet

-- By a trigger, so that receipts which the release before writes count too.
create function receipt_reaches() returns trigger language plpgsql as $$
begin
    update delivery set reached = new.layer where delivery_id = new.delivery_id and reached < new.layer;
    return null;
end $$;
create trigger receipt_reaches after insert on receipt
    for each row when (new.layer >= 3) execute function receipt_reaches();

create table done (                             -- what they did about it; several a delivery
    done_id     uuid primary key,
    delivery_id uuid not null references delivery on delete cascade,
    person_id   uuid not null,
    at          timestamptz not null,
    did         text[] not null,                -- hub.facts.offices.Did
    words_key   text not null,                  -- key of `words`
    words       bytea not null
);
create index done_about on done (delivery_id, at);

create table handover (                         -- to a colleague of the same post; both may read it all the same
    handover_id uuid primary key,
    delivery_id uuid not null references delivery on delete cascade,
    from_person uuid not null,
    to_person   uuid not null,
    at          timestamptz not null,
    words_key   text not null,                  -- key of `words`
    words       bytea not null,
    taken_at    timestamptz                     -- when they said that they read it
);
create index handover_of on handover (delivery_id, at);

create table asked_back (                       -- what its reader asks the source, and the answer
    ask_id      uuid primary key,
    delivery_id uuid not null references delivery on delete cascade,
    kind        text not null,                  -- not_ours | more
    person_id   uuid not null,
    at          timestamptz not null,
    words_key   text not null,                  -- key of `words`
    words       bytea not null,
    task_id     uuid not null references review_task on delete cascade,
    answer_key  text,                           -- key of `answer`
    answer      bytea,
    answered_by uuid,
    answered_at timestamptz,
    seen_at     timestamptz                     -- when somebody there saw the answer
);
create index asked_back_about on asked_back (delivery_id, at);
create index asked_back_by_task on asked_back (task_id);

create table export (                           -- what left the hub's care in a file
    export_id   uuid primary key,
    delivery_id uuid not null references delivery on delete cascade,
    person_id   uuid not null,
    form        text not null,                  -- pdf | json | csv
    at          timestamptz not null,
    digest      bytea not null                  -- SHA-256 of the file
);
create index export_of on export (delivery_id, at);
