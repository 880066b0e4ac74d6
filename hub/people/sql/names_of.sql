select person_id, named_key, named from person where person_id = any(%(ids)s)
