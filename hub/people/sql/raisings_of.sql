select raising_id, organisation, began_at, key, sealed, sent_at, event_id from raising
where person_id = %(person)s and event_id is null and ends_at > hub.now()
order by began_at desc, raising_id
