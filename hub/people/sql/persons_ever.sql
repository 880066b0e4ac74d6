select person_id, organisation, named_key, named, language, made_at, from_rules, ended_at
from person where organisation = %(organisation)s order by made_at, person_id
