select event_id, purpose from delivery
where delivery_id = %(id)s and recipient = %(recipient)s and role = %(role)s
