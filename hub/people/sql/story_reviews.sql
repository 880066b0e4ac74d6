select task_id, subject, cause, why, owner, owner_role, status, due_by
from review_task where event_id = %(id)s order by opened_at, task_id
