-- What waits longest of all that was asked about texts, and what is needed to open them. Locked until the transaction
-- ends; what another router has in hand is skipped. Nobody is to read what was answered meanwhile. What a dispatcher
-- stopped under rules that were taken into use after this router's waits for a router under those.
with newer as (
    select version from rules_use group by version
    having max(number) > (select coalesce(max(number), 0) from rules_use where version = %(rules)s)
), next as (
    select seq, task_id, verdict, masks_key, masks, attempts from text_request
    where done_at is null and (rules_version is null or rules_version not in (select version from newer))
    order by attempts, seq limit 1 for update skip locked
)
select next.seq, next.verdict, next.masks_key, next.masks, next.attempts,
       next.verdict is null and review_task.status = 'decided', review_task.delivery_id,
       event.topic, event.partition, event.record_offset, event.case_key, event.sealed, event.broker_at, event.source,
       event.tier, event.revision,
       (select json_agg(json_build_array(subject, outcome, hub.present_subject(subject_id))) from event_subject
        where event_subject.event_id = waits.event_id),
       (select marked from text_request earlier
        where earlier.task_id = next.task_id and earlier.verdict is null and earlier.done_at is not null
          and earlier.failed is null order by seq desc limit 1),
       waits.task_id, waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision, waits.isp,
       waits.clause, waits.subject_id, waits.parts, waits.beside, waits.by, waits.due_by
from next join waiting_text waits using (task_id) join review_task using (task_id)
join event on event.event_id = waits.event_id
