-- A text that a person released goes by the rules, agreements and register of the moment in which it goes.

alter table delivery add column rule text;              -- by which a supplement goes; null: as its revision was decided

alter table text_request add column marked bytea;       -- digest of the marks in what was opened to be read
alter table text_request add column by_hub boolean not null default false;  -- the answer before it, carried out again
alter table text_request add column rules_version text; -- under which it was stopped: no router under older ones takes it

-- The subject in which a subject's records lie: itself, or the one that they were merged into.
create function hub.present_subject(known uuid) returns uuid language sql stable as $$
    select case when known is null or exists (select from hub.source_record where subject_id = known) then known
    else coalesce((
        select min(record.subject_id::text)::uuid
        from hub.subject_change change join hub.source_record record on record.record_id in (
            select value::bigint from jsonb_array_elements_text(change.before -> known::text))
        where change.change_id = (
            select max(change_id) from hub.subject_change where jsonb_exists(before, known::text))
        having count(distinct record.subject_id) = 1), known) end
$$;
