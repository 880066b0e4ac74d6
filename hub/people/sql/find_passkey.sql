select credential_id, person_id, public_key, sign_count, handle, organisation
from passkey join person using (person_id)
where credential_id = %(credential)s and passkey.ended_at is null and person.ended_at is null
for no key update of passkey
