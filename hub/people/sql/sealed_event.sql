select topic, partition, record_offset as "offset", sealed as value, case_key as key, broker_at as at from event
where event_id = %(event)s
