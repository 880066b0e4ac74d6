-- What this person said last: saying it again is saying it once.
select done_id, did, words_key, words from done where delivery_id = %(id)s and person_id = %(person)s
order by at desc, done_id limit 1
