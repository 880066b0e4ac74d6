-- The subjects that a record lies in now, by its look-up hashes.
select distinct subject_id from source_record where local_key = any(%(keys)s)
