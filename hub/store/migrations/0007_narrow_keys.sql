-- Blocking keys of four bytes instead of eight, and record ids of four: 150 bytes of database less for each record.
-- Two values share a key by chance more often, at 15,000,000 children once in forty keys asked, and then only cost a
-- comparison. The table is written anew, some minutes for each 10,000,000 children, while nobody matches or imports.

create table narrow_key (                  -- no foreign key: whoever changes a record computes its old keys again
    key       integer not null,            -- first 4 bytes of a keyed hash of one attribute or pair of attributes
    record_id integer not null             -- of source_record, which may give 2,147,483,647
);
insert into narrow_key select distinct (key >> 32)::integer, record_id::integer from blocking_key order by 1, 2;
drop function register_candidates;
drop table blocking_key;
alter table narrow_key rename to blocking_key;
alter table blocking_key add constraint blocking_key_pkey primary key (key, record_id);

-- Every record of every subject that shares a key with those asked, with the keys that it shared (4 bytes each).
-- The settings keep the plan on the indexes whatever the statistics say, and compilation out of a query of milliseconds.
create function register_candidates(asked integer[])
returns table (keys bytea, subject bytea, organisation text, relationship text, end_date date,
               key_id text, sealed bytea)
language sql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
    select hit.keys, uuid_send(r.subject_id), r.organisation, r.relationship, r.end_date, r.key_id, r.sealed
      from (select s.subject_id, string_agg(shared.keys, ''::bytea) as keys
              from (select k.record_id, string_agg(int4send(k.key), ''::bytea) as keys
                      from blocking_key k
                     where k.key = any(asked)
                     group by k.record_id) as shared
              join source_record s on s.record_id = shared.record_id
             group by s.subject_id) as hit
      join source_record r on r.subject_id = hit.subject_id
$$;

-- Of keys of forenames: whether others are given it, or nobody is. The latter only where so many records were ever
-- written that it tells something.
create function forenames_in_use(asked integer[], enough integer)
returns table (key bytea, borne_by text)
language sql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
    select int4send(told.key), case when told.used then 'others' else 'nobody' end
      from (select a.key, exists (select from blocking_key k where k.key = a.key) as used
              from unnest(asked) as a (key)) as told
     where told.used or (select max(record_id) from source_record) >= enough
$$;
