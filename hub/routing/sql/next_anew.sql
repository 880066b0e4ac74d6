-- The event that waits longest to be decided anew, what is needed to decide it, and everything that was asked about it.
-- Locked until the transaction ends; what another router has in hand is skipped. An answer that a fault of the hub cost
-- its effect counts until a revision took it up. A child whose subject was given up, by
-- a merge, is the one subject in which that subject's records lie now. What a dispatcher stopped under rules that were
-- taken into use after this router's waits for a router under those; what was stopped three times or more, longer each time,
-- unless a person asks: hosts differ in something else, a key perhaps. `rechecks`: revisions in a row that nobody asked for.
with newer as (
    select version from rules_use group by version
    having max(number) > (select coalesce(max(number), 0) from rules_use where version = %(rules)s)
), next as (
    select event_id from resumption where done_at is null
      and not exists (select from resumption earlier where earlier.event_id = resumption.event_id
                      and earlier.done_at is null and earlier.seq < resumption.seq)
      and not exists (select from resumption other where other.event_id = resumption.event_id
                      and other.done_at is null and other.rules_version in (select version from newer))
      and (exists (select from resumption other where other.event_id = resumption.event_id
                   and other.done_at is null and other.cause <> 'recheck')
           or not exists (select from event_revision made
                          where made.event_id = resumption.event_id and made.revision > coalesce(
                              (select max(revision) from event_revision asked
                               where asked.event_id = made.event_id and asked.cause <> 'recheck'), 1)
                          having count(*) >= 3 and max(made.decided_at)
                                 > hub.now() - least(interval '5 minutes', interval '1 second' * 2 ^ least(count(*), 10))))
    order by attempts, seq limit 1 for update skip locked
), known as (
    select subject, outcome, hub.present_subject(subject_id) as subject_id from event_subject join next using (event_id)
)
select event.event_id, event.tier, event.topic, event.partition, event.record_offset, event.case_key,
       event.sealed, event.broker_at, event.revision + 1,
       (select json_agg(json_build_array(subject, outcome, subject_id)) from known),
       (select json_agg(json_build_array(seq, subject, cause, answer, subject_id, done_at is null) order by seq) from resumption
        where resumption.event_id = event.event_id and (done_at is null or (failed is not null and answer is not null
          and not exists (select from resumption later where later.event_id = resumption.event_id
                          and later.subject = resumption.subject and later.revision is not null
                          and later.seq > resumption.seq)))),
       (select json_agg(subject) from review_task
        where review_task.event_id = event.event_id and cause = 'match' and status <> 'decided'),
       (select max(attempts) from resumption where resumption.event_id = event.event_id and done_at is null),
       (select json_agg(distinct review_task.subject) from review_task join review_answer using (task_id)
        where review_task.event_id = event.event_id and cause = 'match' and status = 'decided'
          and %(one_child)s = any(why) and counts and verdict = 'match'),
       (select count(*) from event_revision made where made.event_id = event.event_id and made.revision > coalesce(
            (select max(revision) from event_revision asked
              where asked.event_id = event.event_id and asked.cause <> 'recheck'), 1))
from next join event using (event_id)
