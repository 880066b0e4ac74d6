-- What readers asked of these organisations: what waits, nearest deadline first.
select ask_id, asked_back.kind, asked_back.at, delivery.tier, review_task.due_by, review_task.owner, delivery.event_id
from review_task join asked_back using (task_id) join delivery on delivery.delivery_id = asked_back.delivery_id
where review_task.owner = any(%(owners)s) and answered_at is null
order by review_task.due_by, ask_id limit %(limit)s
