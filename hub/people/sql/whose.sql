-- Also what was under way when its dispatcher died may have arrived; what was never tried cannot have. `came_at`: the
-- first moment at which anybody can have seen it.
select event_id, purpose,
       coalesce((select at from receipt where receipt.delivery_id = delivery.delivery_id and layer = 1), created_at) as came_at, caveats
from delivery
where delivery_id = %(id)s and recipient = %(recipient)s and role = %(role)s
  and (status = 'accepted' or attempts > 0 or claimed_by is not null)
