update review_task set status = 'decided' where task_id = any(%(ids)s) and status <> 'decided'
