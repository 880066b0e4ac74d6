update dead_letter set status = 'closed'
where dead_letter_id = any(%(ids)s) and status in ('open', 'escalated')
returning dead_letter_id
