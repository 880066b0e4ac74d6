select task_id, event_id, subject, cause, owner, owner_role, tier, status, opened_at, due_by, why, delivery_id
from review_task where task_id = %(task)s
