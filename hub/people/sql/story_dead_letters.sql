select source, topic, reason, owner, owner_role, status, dead_letter_id, opened_at
from dead_letter where event_id = %(id)s order by opened_at limit 100
