select post_id, organisation, office, since, until, trained_until, covers,
       exists (
           select from leave
           where leave.post_id = post.post_id and leave.since <= %(day)s and %(day)s < leave.until
       ) as away
from post
where person_id = %(person)s and ended_at is null and not waits and (not from_claim or %(by_provider)s)
  and since <= %(day)s and (until is null or %(day)s < until)
order by made_at, post_id
