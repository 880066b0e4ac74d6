select post_id, person_id, organisation, office, since, until, trained_until, covers, waits, from_rules,
       array(
           select leave.since::text || ' to ' || leave.until::text from leave
           where leave.post_id = post.post_id and leave.until > %(day)s
           order by leave.since
       ) as leave,
       exists (
           select from leave
           where leave.post_id = post.post_id and leave.since <= %(day)s and %(day)s < leave.until
       ) as away
from post
where person_id = any(%(persons)s) and ended_at is null and (until is null or until > %(day)s)
order by made_at, post_id
