-- The other events of the same case, oldest first.
select other.event_id, other.kind, other.sequence, other.outcome, other.decided_at
from event join event other on other.source = event.source and other.case_key = event.case_key
where event.event_id = %(id)s and other.event_id <> event.event_id
order by other.sequence
