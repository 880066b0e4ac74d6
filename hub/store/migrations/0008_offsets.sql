-- How far the records of each partition are decided, written in the transaction that decides them. A database that comes
-- back some seconds behind (failover to a copy, restore) says so by this: Kafka's committed offsets are ahead of it.
create table partition_offset (
    topic       text not null,
    partition   integer not null,
    next_offset bigint not null,               -- one past the last record that was decided
    written_at  timestamptz not null default clock_timestamp(),
    primary key (topic, partition)
);

-- What a dead letter's record was, where less than all of it is kept; and how many records it stands for.
alter table dead_letter
    add column whole       boolean not null default true, -- whether key and body are all of it: only then can it be replayed
    add column body_bytes  bigint,             -- of the record as it came; null in rows of the release before, which kept all
    add column body_digest bytea,              -- SHA-256 of it
    add column records     integer not null default 1;    -- this one is the last of them
