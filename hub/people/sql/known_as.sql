-- An event by the id that its source gave it.
select coalesce(sent_as, event_id) as known_as from event where event_id = %(id)s
