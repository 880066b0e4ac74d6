select task_id, event_id, subject, cause, status, tier from review_task where task_id = %(task)s for update
