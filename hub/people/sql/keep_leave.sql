insert into leave (post_id, since, until)
select post_id, %(since)s, %(until)s from post where post_id = %(post)s and ended_at is null
on conflict (post_id, since) do update set until = excluded.until
returning post_id
