update post set trained_until = %(until)s where post_id = %(post)s and ended_at is null returning person_id
