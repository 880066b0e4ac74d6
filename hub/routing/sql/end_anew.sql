update resumption set done_at = %(now)s, revision = %(revision)s, failed = %(failed)s where seq = any(%(seqs)s)
