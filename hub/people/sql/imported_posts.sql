select post_id, person_id, organisation, office, from_rules
from post
where ended_at is null and covers is null and (until is null or until > %(day)s)
order by made_at, post_id
