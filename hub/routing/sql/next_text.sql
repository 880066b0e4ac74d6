-- What waits longest of all that was asked about texts, and what is needed to open them. Locked until the transaction
-- ends; what another router has in hand is skipped. Nobody is to read what was answered meanwhile.
with next as (
    select seq, task_id, verdict, masks_key, masks, attempts from text_request
    where done_at is null order by attempts, seq limit 1 for update skip locked
)
select next.seq, next.verdict, next.masks_key, next.masks, next.attempts,
       next.verdict is null and review_task.status = 'decided', review_task.delivery_id,
       event.topic, event.partition, event.record_offset, event.case_key, event.sealed, event.broker_at, event.source,
       event.tier, event.revision,
       (select kind from decision where (event_id, subject, recipient, role, revision)
            = (waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision)),
       (select json_agg(json_build_array(subject, subject_id)) from event_subject
        where event_subject.event_id = waits.event_id),
       (select json_agg(json_build_array(subject, recipient, role, kind, isp, clause, released)) from decision
        where decision.event_id = waits.event_id and decision.revision = waits.revision and outcome = 'share'),
       (select json_agg(subject) from decision
        where decision.event_id = waits.event_id and decision.revision = event.revision and outcome = 'share'
          and (decision.recipient, decision.role) = (waits.recipient, waits.role)),
       waits.task_id, waits.event_id, waits.subject, waits.recipient, waits.role, waits.revision, waits.isp,
       waits.clause, waits.subject_id, waits.parts, waits.beside, waits.by, waits.due_by
from next join waiting_text waits using (task_id) join review_task using (task_id)
join event on event.event_id = waits.event_id
