-- Whether the latest that was asked to be read is still a router's to open.
select done_at is null as waits from text_request where task_id = %(task)s and verdict is null order by seq desc limit 1
