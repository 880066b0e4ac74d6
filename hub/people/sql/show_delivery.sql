select delivery_id, event_id, subject, recipient, role, purpose, revision, tier, isp, channel, status, reason, attempts,
       next_attempt_at, due_by, created_at, settled_at, octet_length(body) as bytes
from delivery where delivery_id = %(id)s
