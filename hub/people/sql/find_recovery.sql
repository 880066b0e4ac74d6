select invitation_id, person_id, invitation.made_by, organisation
from invitation join person using (person_id)
where invitation_id = %(invitation)s and kind = 'recover' and seconded_at is null and used_at is null
  and ends_at > %(at)s and person.ended_at is null
for no key update of invitation
