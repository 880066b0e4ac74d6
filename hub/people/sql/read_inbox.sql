select event_id, body, recalled_at is not null, due_by from delivery
where delivery_id = %(id)s and recipient = %(recipient)s and role = %(role)s and status = 'accepted'
  and (channel = 'inbox' or %(any_channel)s) and body is not null
