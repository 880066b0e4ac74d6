insert into handover (handover_id, delivery_id, from_person, to_person, at, words_key, words)
values (%(handover)s, %(id)s, %(giver)s, %(taker)s, %(at)s, %(key)s, %(sealed)s)
