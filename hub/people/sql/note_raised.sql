update raising set event_id = %(event)s, key = null, sealed = null
where raising_id = %(raising)s and event_id is null
returning raising_id
