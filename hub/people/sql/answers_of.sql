select verdict, subject_id, at, counts from review_answer where task_id = %(task)s order by at
