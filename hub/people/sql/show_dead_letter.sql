select dead_letter_id, status, reason, owner, owner_role, source, event_id, topic, partition, record_offset as offset,
       opened_at, due_by, records, whole, coalesce(body_bytes, octet_length(body)) as bytes,
       octet_length(body) as bytes_kept, encode(body_digest, 'hex') as sha256
from dead_letter where dead_letter_id = %(id)s
