select task_id, event_id, subject, cause, owner, owner_role, tier, status, opened_at, due_by
from review_task where %(status)s::text is null or status = %(status)s
order by due_by limit %(limit)s
