-- How what is told is to be handled travels with it, and who reads it says that they know.

alter table delivery add column caveats text[] not null default '{}';  -- codes, in clear: they say nothing of anybody

create table acknowledgement (
    delivery_id uuid not null references delivery on delete cascade,
    caveat      text not null,
    at          timestamptz not null,          -- the recipient's word
    by_key      text not null,                 -- key of `by_sealed`
    by_sealed   bytea not null,                -- the named person who acknowledged it
    primary key (delivery_id, caveat)
);
