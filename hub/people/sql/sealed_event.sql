select topic, partition, record_offset, sealed, case_key, broker_at from event where event_id = %(event)s
