-- Counts bad records within a window; a source that passes the limit is quarantined alone.
insert into source_standing as standing (source, bad_since, bad_count, quarantined_at)
values (%(source)s, %(now)s, %(count)s, case when %(count)s >= %(limit)s then %(now)s end)
on conflict (source) do update set
    bad_since = case when standing.bad_since < %(window)s then excluded.bad_since else standing.bad_since end,
    bad_count = case when standing.bad_since < %(window)s then excluded.bad_count
                     else standing.bad_count + excluded.bad_count end,
    quarantined_at = coalesce(standing.quarantined_at, case
        when case when standing.bad_since < %(window)s then 0 else standing.bad_count end + excluded.bad_count
             >= %(limit)s then %(now)s end)
returning quarantined_at is not null
