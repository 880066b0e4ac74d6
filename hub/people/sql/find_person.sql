select person_id, organisation, named_key, named, language, made_at, ended_at from person where person_id = %(person)s
