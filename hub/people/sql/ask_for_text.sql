-- To be read once is enough while that lies here or is under way (`again` false).
insert into text_request (task_id, verdict, masks_key, masks, requested_at)
select %(task)s, %(verdict)s, %(key)s, %(masks)s, %(at)s
where %(again)s or not exists (
    select from text_request where task_id = %(task)s and verdict is null and failed is null
      and (done_at is null or sealed is not null))
