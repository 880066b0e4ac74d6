select dead_letter_id, status, reason, owner, owner_role, source, event_id, topic, partition, record_offset as offset,
       opened_at, due_by, octet_length(body) as bytes
from dead_letter where dead_letter_id = %(id)s
