update review_task set status = 'decided'
from event
where event.event_id = review_task.event_id and review_task.status <> 'decided'
  and review_task.cause not in ('not_ours', 'more')  -- what a reader asked about the older one is still to be answered
  and event.source = %(source)s and event.case_key = %(case_key)s and event.sequence < %(sequence)s
