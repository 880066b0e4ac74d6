select raising_id, organisation, began_at, key, sealed, sent_at, event_id from raising
where raising_id = %(raising)s and person_id = %(person)s and ends_at > hub.now()
for update
