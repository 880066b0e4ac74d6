-- Numbers of children that were superseded: keyed hashes (8 bytes) of kind and number, and nothing that opens to either.
-- While two blocking secrets are held, a renumbering has a row under each.

create table renumbering (
    renumbering_id  bigint not null,       -- of one pair of numbers, whatever secret hashed it
    blocking_key_id text not null,         -- secret of both hashes
    old_number      bytea not null,
    new_number      bytea not null,        -- what took its place
    since           date not null,
    looked_at       timestamptz,           -- null: matches made on its numbers wait to be looked at again
    primary key (old_number, new_number)
);
create index renumbering_by_new on renumbering (new_number);
create index renumbering_by_id on renumbering (renumbering_id);
create index renumbering_to_look_at on renumbering (renumbering_id) where looked_at is null;
create sequence renumbering_number owned by renumbering.renumbering_id;

-- All renumberings that are tied to those asked, directly or not. `before`: without those that wait to be looked at.
create function tied_numbers(asked bytea[], before boolean)
returns table (old_number bytea, new_number bytea, since date)
language plpgsql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
begin
    if not exists (select from renumbering) then
        return;
    end if;
    return query
    with recursive tied (number) as (
        select unnest(asked)
        union
        select other.number
          from tied cross join lateral (
               select r.new_number from renumbering r
                where r.old_number = tied.number and not (before and r.looked_at is null)
                union all
               select r.old_number from renumbering r
                where r.new_number = tied.number and not (before and r.looked_at is null)) as other (number)
    )
    select r.old_number, r.new_number, r.since
      from tied join renumbering r on r.old_number = tied.number
     where not (before and r.looked_at is null);
end $$;
