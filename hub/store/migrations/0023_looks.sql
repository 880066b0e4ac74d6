-- Who looked at what is kept of every reading that the ledger holds, whichever release, page, API or command made it:
-- the row is made beside the entry, and whoever knows more of the reader (hub.people.looks) fills that in.

create function looks_in(entry ledger_entry)
returns table (person_id uuid, key_id text, organisation text, what text, about text, event_id uuid, subject_id uuid)
language sql stable as $$
    select coalesce(said ->> 'person', said ->> 'person_id')::uuid, said ->> 'caller',
           coalesce(said ->> 'organisation', 'hub'),
           case when entry.kind = 'read' then 'delivery' when entry.kind = 'register' then 'subject'
                when exists (select from review_task task
                              where task.task_id = (said ->> 'task_id')::uuid and task.cause = 'text') then 'text'
                else 'review' end,
           coalesce(said ->> 'delivery_id', said ->> 'task_id', said ->> 'subject_id'),
           (said ->> 'event_id')::uuid, (said ->> 'subject_id')::uuid
      from (select convert_from(entry.facts, 'UTF8')::jsonb as said) as opened
     where entry.kind in ('read', 'review_opened') or said ->> 'action' = 'opened'
$$;

create function keep_looks() returns trigger language plpgsql as $$
begin
    insert into look (entry_id, at, person_id, key_id, organisation, what, about, event_id, subject_id)
    select new.entry_id, new.at, found.* from looks_in(new) as found on conflict do nothing;
    return null;
end $$;
create trigger keep_looks after insert on ledger_entry for each row
    when (new.kind in ('read', 'review_opened', 'register')) execute function keep_looks();

create index look_by_time on look (at, entry_id);
