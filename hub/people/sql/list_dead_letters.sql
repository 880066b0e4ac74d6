select dead_letter_id, status, reason, owner, owner_role, source, event_id, topic, partition, record_offset as offset,
       opened_at, due_by
from dead_letter where %(status)s::text is null or status = %(status)s
order by opened_at limit %(limit)s
