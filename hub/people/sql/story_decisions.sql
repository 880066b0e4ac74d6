select subject, recipient, kind, role, outcome, isp, clause, rule, due_by as by, tier, released, withheld,
       revision
from decision where event_id = %(id)s order by revision, subject, recipient, role
