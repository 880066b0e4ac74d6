select subject_id from event_subject
where event_id = %(event)s and subject = %(subject)s and outcome = 'matched' for update
