update text_request set done_at = %(now)s, failed = %(failed)s, sealed_key = %(key)s, sealed = %(sealed)s,
    marked = %(marked)s
where seq = %(seq)s
