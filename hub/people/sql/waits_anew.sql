-- Whether a router has yet to decide an event anew, or to open or send a text of it.
select 1 as waits from resumption where event_id = %(id)s and done_at is null
union all
select 1 from waiting_text join text_request using (task_id) where event_id = %(id)s and done_at is null
limit 1
