-- Ids of what is in the way, the nearest deadline first; `places`: organisations whose things these are, null is all.
select thing, id, about, tier, due_by, reason from (
    (select 'delivery' as thing, d.delivery_id as id, d.recipient as about, d.tier, d.due_by, d.reason
       from delivery d
      where ((%(trouble)s = 'late' and d.status = 'pending' and d.due_by < hub.now())
             or (%(trouble)s = 'held' and d.status = 'held'))
        and (%(places)s::text[] is null
             or exists (select from event e where e.event_id = d.event_id and e.source = any(%(places)s)))
      order by d.due_by, d.delivery_id limit %(limit)s)
    union all
    (select 'dead_letter', dead_letter_id, source, split_part(topic, '.', 2), due_by, reason
       from dead_letter
      where %(trouble)s = 'dead' and status in ('open', 'escalated')
        and (%(places)s::text[] is null or source = any(%(places)s) or owner = any(%(places)s))
      order by due_by, dead_letter_id limit %(limit)s)
    union all
    (select 'review', task_id, owner, tier, due_by, cause
       from review_task
      where %(trouble)s = 'waiting' and status <> 'decided'
        and (%(places)s::text[] is null or owner = any(%(places)s))
      order by due_by, task_id limit %(limit)s)
) as found
order by due_by, id
