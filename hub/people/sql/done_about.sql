select done_id, person_id, at, did, words_key, words from done where delivery_id = %(id)s order by at, done_id
