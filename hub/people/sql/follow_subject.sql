-- A subject id was given up for another: what is to be delivered for it goes by the other's ties from now on. So does
-- what followed to it from subjects that were given up for it before: their events still bear the first id.
with recursive earlier(subject_id) as (
    select %(gone)s::uuid
    union
    select given_up::uuid
    from earlier join subject_change change on jsonb_exists(change.after, earlier.subject_id::text)
    cross join lateral jsonb_object_keys(change.before) as given_up
    where not jsonb_exists(change.after, given_up)
)
update delivery d set subject_id = %(into)s
  from event_subject s join earlier using (subject_id)
 where d.event_id = s.event_id and d.subject = s.subject and d.subject_id = %(gone)s
returning d.delivery_id
