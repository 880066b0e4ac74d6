-- What is held without a body: there was no key to seal to.
select event_id, subject, delivery_id from delivery
where delivery_id = any(%(ids)s) and status = 'held' and body is null
