select secret_hash, person_id, ends_at, revoked_at, organisation, named_key, named, language,
       person.ended_at as person_ended_at
from person_token join person using (person_id)
where token_id = %(token)s
