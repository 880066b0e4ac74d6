-- Each taking into use of a rules version has a number: versions are hashes, which have no order. A version's own number
-- is its latest, so that going back to an older one is a step forward too.

create table rules_use (
    number   bigint generated always as identity primary key,
    version  text not null,                        -- of rules_set, where a router kept it
    taken_at timestamptz not null
);

alter table resumption add column rules_version text;   -- under which a dispatcher stopped it; null: a person asked

create index delivery_held on delivery (due_by) where status = 'held';
