-- Children of events that were routed by a subject, the latest first; `since`: decided from then on.
select s.event_id, s.subject
  from event_subject s
  join event e on e.event_id = s.event_id
 where s.subject_id = %(subject)s and (%(since)s::timestamptz is null or e.decided_at >= %(since)s)
 order by e.decided_at desc, s.event_id, s.subject
 limit %(limit)s
