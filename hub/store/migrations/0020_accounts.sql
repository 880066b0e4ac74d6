-- People: who they are, what posts they hold, and that they are signed in. Names and words are sealed under the evidence
-- key, bound to their row's id; secrets are kept as SHA-256 alone.

create table person (
    person_id    uuid primary key,
    organisation text not null,                 -- of routing_rules, or `hub`
    named_key    text not null,                 -- key of `named`
    named        bytea not null,                -- {name, telephone, email}
    handle       bytea not null unique,         -- 64 random bytes: a passkey's user handle, which says nothing
    language     text not null default 'en',
    made_at      timestamptz not null,
    made_by      uuid,                          -- null: by the hub's own machine
    from_rules   boolean not null default false,    -- made as a holder of the rules' files
    ended_at     timestamptz,
    ended_by     uuid
);
create index person_of on person (organisation) where ended_at is null;

create table person_subject (                   -- whom an identity provider means; never by e-mail, which is reassigned
    subject   bytea primary key,                -- SHA-256 of issuer, a zero byte, and `sub`
    person_id uuid not null references person on delete cascade,
    provider  text not null,
    since     timestamptz not null,
    last_at   timestamptz not null
);

create table post (
    post_id       uuid primary key,
    person_id     uuid not null references person on delete cascade,
    organisation  text not null,
    office        text not null,                -- hub.facts.terms: a Role or a Duty
    since         date not null,
    until         date,                         -- the first day on which it is no more held
    trained_until date,                         -- the last day of training
    covers        uuid references post,         -- another's post, while they are on leave
    granted_by    uuid,                         -- null: by the hub's own machine
    said_key      text,
    said          bytea,                        -- who granted it, and why: sealed, bound to post_id
    waits         boolean not null default false,   -- for a second person's word, without which it is not held
    seconded_by   uuid,
    from_claim    boolean not null default false,   -- ends when the provider's token shows it no more
    from_rules    boolean not null default false,   -- ends when the rules' files name its holder no more
    made_at       timestamptz not null,
    ended_at      timestamptz,
    ended_why     text                          -- by_hand | shown_no_more | leave_ended | person_ended
);
create index post_of on post (organisation, office) where ended_at is null;
create index post_by_person on post (person_id);

create table leave (
    post_id uuid not null references post on delete cascade,
    since   date not null,
    until   date not null,                      -- the first day back
    primary key (post_id, since)
);

create function untrained(today date) returns table (organisation text, office text)   -- held, by nobody who may read
language sql stable as $$
    select post.organisation, post.office
    from post join person using (person_id)
    where post.ended_at is null and person.ended_at is null and not waits
      and since <= today and (until is null or today < until)
    group by post.organisation, post.office
    having bool_and(
        coalesce(trained_until < today, false)
        or exists (select from leave
                   where leave.post_id = post.post_id and leave.since <= today and today < leave.until))
$$;

create table session (
    session_id       uuid primary key,
    secret_hash      bytea not null unique,
    person_id        uuid not null references person on delete cascade,
    how              text not null,             -- hub.facts.act.How
    provider         text,
    provider_session bytea,                     -- SHA-256 of issuer, a zero byte, and `sid`
    second_factor    text not null,
    began_at         timestamptz not null,
    seen_at          timestamptz not null,
    ends_at          timestamptz not null,
    ended_at         timestamptz,
    wrong_codes      smallint not null default 0,   -- of terminals, that were typed in it
    ended_why        text                       -- signed_out | idle | too_long | there | person_ended | replaced | post_ended
);
create index session_by_person on session (person_id) where ended_at is null;
create index session_there on session (provider_session) where ended_at is null;

create table person_token (
    token_id    text primary key,
    secret_hash bytea not null,
    person_id   uuid not null references person on delete cascade,
    how         text not null,
    made_at     timestamptz not null,
    ends_at     timestamptz not null,
    revoked_at  timestamptz
);
create index person_token_by_person on person_token (person_id) where revoked_at is null;

create table token_request (                    -- a terminal that asks to be let in; its secret never leaves it
    code_hash   bytea primary key,
    secret_hash bytea not null unique,
    machine     text not null,                  -- its name, as it says
    asked_at    timestamptz not null,
    ends_at     timestamptz not null,
    approved_by uuid references person on delete cascade
);

create table broken_glass (                     -- somebody acted by a typed name, though the hub knows its people
    entry_id uuid primary key,                  -- the ledger entry's
    at       timestamptz not null
);

create table draft (                            -- what somebody had typed when their session ended; given back once
    draft_id  uuid primary key,
    person_id uuid not null references person on delete cascade,
    path      text not null,
    key_id    text not null,
    sealed    bytea not null,
    made_at   timestamptz not null,
    ends_at   timestamptz not null
);
create index draft_by_person on draft (person_id);

create table look (                             -- who looked at what: one row beside the ledger entry of each reading
    entry_id     uuid primary key,
    at           timestamptz not null,
    person_id    uuid,                          -- null: a machine by its key, or a name that was typed
    key_id       text,                          -- of an API key
    organisation text not null,
    what         text not null,                 -- delivery | review | text | subject | story | people | export
    about        text not null,                 -- id of what was looked at
    event_id     uuid,
    subject_id   uuid
);
create index look_about on look (about, at);
create index look_by on look (person_id, at);
create index look_of_event on look (event_id);
