select session_id, person_id, how, began_at, seen_at, ends_at, ended_why, organisation, named_key, named, language,
       person.ended_at as person_ended_at
from session join person using (person_id)
where secret_hash = %(hash)s
