-- At which of these posts a delivery lies; what is not theirs is found as little as what is not there.
select recipient, role from delivery
where delivery_id = %(id)s and status = 'accepted'
  and (recipient, role) in (select * from unnest(%(recipients)s::text[], %(roles)s::text[]))
