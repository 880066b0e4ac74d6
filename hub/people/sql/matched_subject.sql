select event_subject.subject_id, event.tier from event_subject join event using (event_id)
where event_id = %(event)s and subject = %(subject)s and event_subject.outcome = 'matched' for update of event_subject
