insert into done (done_id, delivery_id, person_id, at, did, words_key, words)
values (%(done)s, %(id)s, %(person)s, %(at)s, %(did)s, %(key)s, %(sealed)s)
