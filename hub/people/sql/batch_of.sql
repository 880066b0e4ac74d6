-- Ids of what is held, or waits, for one reason, the nearest deadline first.
(select d.delivery_id as id from delivery d
  where %(thing)s = 'delivery' and d.status = 'held' and d.reason = %(reason)s
    and (%(places)s::text[] is null
         or exists (select from event e where e.event_id = d.event_id and e.source = any(%(places)s)))
  order by d.due_by limit %(most)s)
union all
(select dead_letter_id from dead_letter
  where %(thing)s = 'dead_letter' and status in ('open', 'escalated') and body is not null and whole
    and reason = %(reason)s
    and (%(places)s::text[] is null or source = any(%(places)s) or owner = any(%(places)s))
  order by due_by limit %(most)s)
