-- Children of an event, also by the id that its source gave it.
select s.event_id, s.subject, hub.present_subject(s.subject_id) as subject_id, e.source
  from event e join event_subject s using (event_id)
 where e.event_id = %(event)s or e.sent_as = %(event)s
 order by s.event_id, s.subject
 limit 100
