update person set from_rules = true where person_id = %(person)s
