-- Whoever is told by an update of the same child reads no text of an older event of the case any more.
update review_task set status = 'decided'
from waiting_text waits join event older using (event_id)
join event newer on (newer.source, newer.case_key) = (older.source, older.case_key) and newer.sequence > older.sequence
join delivery told on told.event_id = newer.event_id and told.purpose = 'disclose'
    and (told.recipient, told.role) = (waits.recipient, waits.role)
    and told.subject_id = hub.present_subject(waits.subject_id)
where newer.event_id = any(%(ids)s::uuid[]) and review_task.task_id = waits.task_id and review_task.status <> 'decided'
