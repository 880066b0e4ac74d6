select invitation_id, person_id, invitation.made_at, ends_at, organisation
from invitation join person using (person_id)
where kind = 'recover' and seconded_at is null and used_at is null and invitation.ends_at > %(at)s
  and person.ended_at is null and (%(organisation)s::text is null or organisation = %(organisation)s)
order by invitation.made_at, invitation_id
limit %(limit)s
