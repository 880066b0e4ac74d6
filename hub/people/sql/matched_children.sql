-- Children of events who were matched to these subjects, page by page; `named`: a person said so.
select s.event_id, s.subject, s.subject_id,
       exists (select from resumption r where r.event_id = s.event_id and r.subject = s.subject
               and r.answer = 'match' and r.subject_id = s.subject_id and r.done_at is not null) as named
  from event_subject s
 where s.subject_id = any(%(ids)s) and s.outcome = 'matched' and (s.event_id, s.subject) > (%(event)s, %(subject)s)
 order by s.event_id, s.subject
 limit %(limit)s
