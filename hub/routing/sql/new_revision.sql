-- What was asked about this event is answered by its new revision, but for a child whom a reviewer has yet to name.
with latest as (
    update event set outcome = %(outcome)s, revision = %(revision)s where event_id = %(id)s
), answered as (
    update review_task set status = 'decided'
    where event_id = %(id)s and status <> 'decided'
      and (cause in ('sharing', 'recheck') or delivery_id = any(%(cancelled)s)
           or (cause = 'text' and not exists (
                   select from delivery where delivery.delivery_id = review_task.delivery_id))
           or (cause = 'match' and subject <> all(%(unanswered)s)))
)
update event_subject set outcome = known.outcome, subject_id = known.subject_id
from unnest(%(subjects)s::text[], %(outcomes)s::text[], %(subject_ids)s::uuid[]) as known(subject, outcome, subject_id)
where event_subject.event_id = %(id)s and event_subject.subject = known.subject
