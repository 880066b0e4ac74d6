update review_answer set counts = false where task_id = %(task)s
