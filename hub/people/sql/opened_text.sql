-- The latest that was asked to be read, whatever came of it; nothing where it was erased.
select sealed_key, sealed, failed from text_request
where task_id = %(task)s and verdict is null and (done_at is null or sealed is not null or failed is not null)
order by seq desc limit 1
