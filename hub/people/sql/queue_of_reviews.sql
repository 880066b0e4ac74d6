-- What waits for reviewers, the nearest deadline first; `owners` null: on every desk. `ask_id`: of what a reader asks.
select task_id, event_id, cause as question, owner, tier, status, opened_at, due_by, delivery_id,
       exists (select from review_answer
               where review_answer.task_id = review_task.task_id and counts) as seconding,
       (select ask_id from asked_back where asked_back.task_id = review_task.task_id order by at desc limit 1) as ask_id
from review_task
where status in ('open', 'escalated') and (%(owners)s::text[] is null or owner = any(%(owners)s))
  and (%(due)s::timestamptz is null or (due_by, task_id) > (%(due)s, %(task)s::uuid))
order by due_by, task_id limit %(limit)s
