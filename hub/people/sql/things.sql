-- Things whose id lies between two, two of each kind at most. An event of the hub's own, about a dead letter, is none.
select 'event' as thing, id from (
    (select event_id as id from event
      where event_id between %(low)s and %(high)s and kind <> 'dead_letter' limit 2)
    union
    (select event_id from dead_letter where event_id between %(low)s and %(high)s limit 2)) as events
 where coalesce(%(thing)s::text, 'event') = 'event'
union all
(select 'delivery', delivery_id from delivery
  where delivery_id between %(low)s and %(high)s and coalesce(%(thing)s::text, 'delivery') = 'delivery' limit 2)
union all
(select 'dead_letter', dead_letter_id from dead_letter
  where dead_letter_id between %(low)s and %(high)s and coalesce(%(thing)s::text, 'dead_letter') = 'dead_letter' limit 2)
union all
(select 'review', task_id from review_task
  where task_id between %(low)s and %(high)s and coalesce(%(thing)s::text, 'review') = 'review' limit 2)
limit 3
