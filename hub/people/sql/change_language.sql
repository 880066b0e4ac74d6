update person set language = %(language)s where person_id = %(person)s
