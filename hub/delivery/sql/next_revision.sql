select coalesce(max(revision), 0) + 1 from delivery
where event_id = %(event_id)s and subject = %(subject)s and recipient = %(recipient)s and role = %(role)s
  and purpose = 'notify'
