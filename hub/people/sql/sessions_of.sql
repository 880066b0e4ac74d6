select session_id, how, provider, began_at, seen_at, ends_at, person.ended_at as person_ended_at
from session join person using (person_id)
where person_id = %(person)s and session.ended_at is null
order by began_at desc, session_id
