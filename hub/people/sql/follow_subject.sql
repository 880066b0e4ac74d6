-- A subject id was given up for another: what is to be delivered for it goes by the other's ties from now on.
update delivery d set subject_id = %(into)s
  from event_subject s
 where s.subject_id = %(gone)s and d.event_id = s.event_id and d.subject = s.subject and d.subject_id = %(gone)s
returning d.delivery_id
