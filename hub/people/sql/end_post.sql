update post set ended_at = %(at)s, ended_why = %(why)s where post_id = %(post)s and ended_at is null returning person_id
