-- The ways in: sign-ins under way, passkeys, invitations, and logout tokens that were seen. Secrets are kept as SHA-256
-- alone; what a sign-in needs again when its answer comes is sealed, bound to its row.

create table begun (                            -- a sign-in under way, bound to the browser that began it
    state_hash   bytea primary key,
    browser_hash bytea not null,                -- of a cookie that only that browser has
    kind         text not null,                 -- provider | passkey | register
    provider     text,
    key_id       text not null,                 -- key of `secret`
    secret       bytea not null,                -- {nonce, verifier}: of OpenID Connect, or a passkey's challenge
    after        text not null,                 -- where to go then: a path of the hub's own
    person_id    uuid references person on delete cascade,         -- whose passkey or account is to be made
    invitation   bytea,                         -- hash of the link's secret by which they came
    began_at     timestamptz not null,
    ends_at      timestamptz not null,
    used_at      timestamptz
);
create index begun_by_browser on begun (browser_hash, began_at);
create index begun_in_order on begun (began_at);

create table passkey (
    credential_id bytea primary key check (length(credential_id) between 1 and 1023),
    person_id     uuid not null references person on delete cascade,
    public_key    bytea not null,               -- COSE
    sign_count    bigint not null,
    transports    text[] not null,
    backed_up     boolean not null,
    aaguid        uuid not null,                -- the kind of authenticator
    label_key     text not null,                -- key of `label`
    label         bytea not null,               -- what its owner calls it
    made_at       timestamptz not null,
    last_at       timestamptz,
    ended_at      timestamptz,
    ended_why     text                          -- owner | count | recovered | person_ended
);
create index passkey_by_person on passkey (person_id) where ended_at is null;

create table invitation (                       -- a link that lets somebody in once, or a demonstration's as often as asked
    invitation_id uuid primary key,
    secret_hash   bytea not null unique,
    person_id     uuid not null references person on delete cascade,
    kind          text not null,                -- invite | recover | demonstration
    made_by       uuid,                         -- null: by the hub's own machine
    seconded_by   uuid,                         -- of a recovery, which opens only then
    seconded_at   timestamptz,
    made_at       timestamptz not null,
    ends_at       timestamptz not null,
    used_at       timestamptz,
    tries         smallint not null default 0
);
create index invitation_by_person on invitation (person_id) where used_at is null;

create table logout_seen (                      -- logout tokens that were obeyed: none is obeyed twice
    token   bytea primary key,                  -- SHA-256 of issuer, a zero byte, and `jti`
    ends_at timestamptz not null
);
