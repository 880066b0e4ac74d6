update leave set until = greatest(since, %(day)s) where post_id = %(post)s and since <= %(day)s and until > %(day)s returning post_id
