-- How many deliveries are held, and dead letters wait, for each reason, at most %(most)s looked through of each.
select 'delivery' as thing, reason, count(*) as count
  from (select d.reason from delivery d
         where d.status = 'held'
           and (%(places)s::text[] is null
                or exists (select from event e where e.event_id = d.event_id and e.source = any(%(places)s)))
         order by d.due_by limit %(most)s) as held
 group by reason
union all
select 'dead_letter', reason, count(*)
  from (select reason from dead_letter
         where status in ('open', 'escalated') and body is not null and whole
           and (%(places)s::text[] is null or source = any(%(places)s) or owner = any(%(places)s))
         order by due_by limit %(most)s) as dead
 group by reason
 order by 1, 2
