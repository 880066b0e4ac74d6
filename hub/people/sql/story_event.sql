select event.*, (select later.event_id from event later
                 where later.source = event.source and later.case_key = event.case_key
                   and later.sequence > event.sequence
                 order by later.sequence limit 1) as superseded_by
from event where event_id = %(id)s
