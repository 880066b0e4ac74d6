select ask_id, kind, person_id, at, words_key, words, answer_key, answer, answered_by, answered_at, review_task.due_by
from asked_back join review_task using (task_id)
where asked_back.delivery_id = %(id)s order by at, ask_id
