-- Every event about a child, also those that were matched to a subject that was given up for this one since, and how
-- many organisations were told of it, were not, and are asked about. `places`: sources and those who were told; null is
-- all. No content, and of decisions the latest revision. Who was told is not told how many others were, and were not.
with recursive known(subject_id) as (
    select %(subject)s::uuid
    union
    select given_up::uuid
    from known join subject_change change on jsonb_exists(change.after, known.subject_id::text)
    cross join lateral jsonb_object_keys(change.before) as given_up
    where not jsonb_exists(change.after, given_up)
)
select e.event_id, e.source, e.kind, e.tier, e.raised_at, e.decided_at,
       whole.subject, whole.outcome, whole.revision, whole.told, whole.not_told, whole.asked, whole.looks
  from event_subject s
  join known using (subject_id)
  join event e on e.event_id = s.event_id
  left join lateral (
      select s.subject, s.outcome, e.revision,
             (select count(*) from decision d where d.event_id = e.event_id and d.subject = s.subject
                 and d.revision = e.revision and d.outcome = 'share') as told,
             (select count(*) from decision d where d.event_id = e.event_id and d.subject = s.subject
                 and d.revision = e.revision and d.outcome = 'withhold') as not_told,
             (select count(*) from review_task t where t.event_id = e.event_id and t.subject = s.subject
                 and t.status <> 'decided') as asked,
             (select count(*) from look l where l.event_id = e.event_id) as looks
  ) as whole on %(places)s::text[] is null or e.source = any(%(places)s)
 where hub.present_subject(s.subject_id) = %(subject)s
   and (%(places)s::text[] is null or e.source = any(%(places)s)
        or exists (select from delivery d where d.event_id = e.event_id and d.subject = s.subject
                      and d.status = 'accepted' and d.recipient = any(%(places)s)))
 order by e.raised_at desc, e.event_id, s.subject
 limit %(limit)s
