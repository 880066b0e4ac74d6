select person_id, organisation, ended_at
from person_subject join person using (person_id)
where subject = %(subject)s
for no key update of person
