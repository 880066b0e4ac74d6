insert into person (person_id, organisation, named_key, named, handle, made_at, made_by)
values (%(person)s, %(organisation)s, %(key)s, %(named)s, %(handle)s, %(at)s, %(by)s)
