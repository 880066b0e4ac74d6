-- Subjects, and ids that people gave up for them: events still bear those.
with recursive borne (subject_id, id) as (
    select subject_id, subject_id from unnest(%(subjects)s::uuid[]) as asked (subject_id)
    union
    select borne.subject_id, gone.id::uuid
      from borne
      join subject_change change on jsonb_exists(change.after, borne.id::text)
     cross join lateral jsonb_object_keys(change.before) as gone (id)
     where not jsonb_exists(change.after, gone.id)
       and not exists (select from source_record where source_record.subject_id = gone.id::uuid)
)
select id, subject_id from borne
