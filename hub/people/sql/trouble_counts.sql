-- How much of each is in the way, at most %(most)s told; `places`: organisations whose things these are, null is all.
select 'late' as trouble, count(*) as count from (
    select from delivery d where d.status = 'pending' and d.due_by < hub.now()
       and (%(places)s::text[] is null
            or exists (select from event e where e.event_id = d.event_id and e.source = any(%(places)s)))
     limit %(most)s) as late
union all
select 'held', count(*) from (
    select from delivery d where d.status = 'held'
       and (%(places)s::text[] is null
            or exists (select from event e where e.event_id = d.event_id and e.source = any(%(places)s)))
     limit %(most)s) as held
union all
select 'dead', count(*) from (
    select from dead_letter where status in ('open', 'escalated')
       and (%(places)s::text[] is null or source = any(%(places)s) or owner = any(%(places)s))
     limit %(most)s) as dead
union all
select 'quarantined', count(*) from source_standing
 where quarantined_at is not null and (%(places)s::text[] is null or source = any(%(places)s))
union all
select 'waiting', count(*) from (
    select from review_task where status <> 'decided'
       and (%(places)s::text[] is null or owner = any(%(places)s))
     limit %(most)s) as waiting
