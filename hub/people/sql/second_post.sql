update post set waits = false, seconded_by = %(by)s where post_id = %(post)s and waits
