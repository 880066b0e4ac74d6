select post_id, organisation, office, from_claim from post
where person_id = %(person)s and ended_at is null and (until is null or %(day)s < until)
