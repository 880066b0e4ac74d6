-- Of the id that a source gave its event; `source` null: of every source's event of that id.
select source, topic, reason, owner, owner_role, status, dead_letter_id, opened_at
from dead_letter where event_id = %(id)s and (%(source)s::text is null or source = %(source)s)
order by opened_at limit 100
