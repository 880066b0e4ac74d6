select subject as key, outcome from event_subject where event_id = %(id)s order by subject
