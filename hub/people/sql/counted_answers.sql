select answer_id, verdict, subject_id, by_key, by_sealed from review_answer
where task_id = %(task)s and counts order by at
