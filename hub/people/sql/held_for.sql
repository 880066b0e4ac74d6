select delivery_id from delivery
where status = 'held' and reason = %(reason)s and (%(recipient)s::text is null or recipient = %(recipient)s)
