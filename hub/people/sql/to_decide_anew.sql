-- What is held for what deciding its event anew answers; also what has no body, for there was no key to seal to.
select event_id, subject, delivery_id from delivery
where delivery_id = any(%(ids)s) and status = 'held' and (body is null or reason = any(%(decidable)s))
  and purpose <> 'supplement'
