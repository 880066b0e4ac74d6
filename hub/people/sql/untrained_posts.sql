-- Posts that people hold on this day, of whom none is in training and at work.
select post.organisation, office
from post join person using (person_id)
where post.ended_at is null and person.ended_at is null and not waits
  and since <= %(day)s and (until is null or %(day)s < until)
group by post.organisation, office
having bool_and(
    coalesce(trained_until < %(day)s, false)
    or exists (select from leave where leave.post_id = post.post_id and leave.since <= %(day)s and %(day)s < leave.until)
)
order by post.organisation, office
