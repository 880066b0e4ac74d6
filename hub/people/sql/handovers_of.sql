select handover_id, from_person, to_person, at, words_key, words, taken_at from handover
where delivery_id = %(id)s order by at, handover_id
