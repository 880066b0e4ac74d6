select 1 as held
from post join person using (person_id)
where post.ended_at is null and person.ended_at is null and not waits
  and since <= %(day)s and (until is null or %(day)s < until)
limit 1
