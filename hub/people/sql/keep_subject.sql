insert into person_subject (subject, person_id, provider, since, last_at)
values (%(subject)s, %(person)s, %(provider)s, %(at)s, %(at)s)
on conflict (subject) do update set last_at = excluded.last_at where person_subject.person_id = excluded.person_id
returning person_id
