-- `known_as`: the event by the id that its source gave it.
select ask_id, asked_back.kind, asked_back.at, asked_back.person_id, words_key, words, answer_key, answer, answered_by,
       answered_at, review_task.task_id, review_task.due_by, review_task.owner, delivery.delivery_id, delivery.event_id,
       delivery.recipient, delivery.role, delivery.tier, event.raised_at,
       coalesce(event.sent_as, event.event_id) as known_as
from asked_back join review_task using (task_id)
join delivery on delivery.delivery_id = asked_back.delivery_id join event on event.event_id = delivery.event_id
where ask_id = %(ask)s and review_task.owner = any(%(owners)s) for update of asked_back
