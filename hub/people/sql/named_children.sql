-- Children of events whom a person named as this subject.
select distinct event_id, subject from resumption
 where answer = 'match' and subject_id = %(subject)s and done_at is not null
