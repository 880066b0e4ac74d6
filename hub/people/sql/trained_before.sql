select 1 as asks from post
where trained_until is not null
  and (post_id = %(covers)s
       or (person_id = %(person)s and organisation = %(organisation)s and office = %(office)s))
limit 1
