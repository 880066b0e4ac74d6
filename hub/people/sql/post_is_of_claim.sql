update post set from_claim = true where post_id = %(post)s
