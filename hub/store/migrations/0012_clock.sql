-- The one clock by which due times, deadlines and retries are judged, whatever the clocks of the hub's processes say.

create table clock (
    one   boolean primary key default true check (one),
    ahead interval not null                        -- of the server's own; the demonstration and tests alone write it
);

create function hub.now() returns timestamptz language sql volatile as $$
    select clock_timestamp() + coalesce((select ahead from hub.clock), interval '0')
$$;
