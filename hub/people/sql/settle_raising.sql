-- The answers as they are at this moment: what is kept later is refused.
update raising set sent_at = coalesce(sent_at, date_trunc('milliseconds', hub.now()))
where raising_id = %(raising)s and person_id = %(person)s and ends_at > hub.now()
returning raising_id, organisation, began_at, key, sealed, sent_at, event_id
