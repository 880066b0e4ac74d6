select person_id, organisation, named_key, named, language, made_at, ended_at
from person
where ended_at is null and (%(organisation)s::text is null or organisation = %(organisation)s)
order by made_at, person_id
limit %(limit)s
