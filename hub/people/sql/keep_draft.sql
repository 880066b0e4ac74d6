insert into draft (draft_id, person_id, path, key_id, sealed, made_at, ends_at)
values (%(draft)s, %(person)s, %(path)s, %(key)s, %(sealed)s, %(at)s, %(ends)s)
