-- Also what was under way when its dispatcher died may have arrived; what was never tried cannot have.
select event_id, purpose from delivery
where delivery_id = %(id)s and recipient = %(recipient)s and role = %(role)s
  and (status = 'accepted' or attempts > 0 or claimed_by is not null)
