select child.subject_id, event.tier from event_subject child join event using (event_id)
where child.event_id = %(event)s and child.subject = %(subject)s and child.outcome = 'matched' for update of child
