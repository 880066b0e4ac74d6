select person_id, said_key, said
from post join person using (person_id)
where post_id = %(post)s and waits and post.ended_at is null and person.ended_at is null
for update of post
