-- The event that waits longest to be decided anew, what is needed to decide it, and everything that was asked about it.
-- Locked until the transaction ends; what another router has in hand is skipped.
with next as (
    select event_id from resumption where done_at is null order by attempts, seq limit 1 for update skip locked
)
select event.event_id, event.tier, event.topic, event.partition, event.record_offset, event.case_key,
       event.sealed, event.broker_at, event.revision + 1,
       (select json_agg(json_build_array(subject, outcome, subject_id)) from event_subject
        where event_subject.event_id = event.event_id),
       (select json_agg(json_build_array(seq, subject, cause, answer, subject_id) order by seq) from resumption
        where resumption.event_id = event.event_id and done_at is null),
       (select max(attempts) from resumption where resumption.event_id = event.event_id and done_at is null)
from next join event using (event_id)
