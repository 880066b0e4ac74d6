update asked_back set answer_key = %(key)s, answer = %(sealed)s, answered_by = %(person)s, answered_at = %(at)s
where ask_id = %(ask)s and answered_at is null
