select invitation_id, person_id, kind, organisation, named_key, named, tries
from invitation join person using (person_id)
where secret_hash = %(hash)s and used_at is null and invitation.ends_at > %(at)s and person.ended_at is null
  and (kind <> 'recover' or seconded_at is not null) and tries < %(tries)s
