select dead_letter_id from dead_letter
where status in ('open', 'escalated') and body is not null and whole and reason = %(reason)s
  and (%(source)s::text is null or source = %(source)s)
