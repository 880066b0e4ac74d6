select source, tier from event join event_subject using (event_id)
where event_id = %(event)s and event_subject.subject = %(subject)s
