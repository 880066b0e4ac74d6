-- Who else holds this post on a day, is in training for it and not on leave.
select distinct person.person_id, named_key, named
from post join person using (person_id)
where post.organisation = %(organisation)s and post.office = %(office)s and post.ended_at is null and not post.waits
  and post.since <= %(day)s and (post.until is null or %(day)s < post.until)
  and (post.trained_until is null or post.trained_until >= %(day)s)
  and not exists (select from leave
                  where leave.post_id = post.post_id and leave.since <= %(day)s and %(day)s < leave.until)
  and person.ended_at is null and person.person_id <> %(person)s
limit 200
