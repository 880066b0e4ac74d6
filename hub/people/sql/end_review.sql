update review_task set status = 'decided' where task_id = %(task)s
