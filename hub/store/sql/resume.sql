-- Ask for these events to be decided anew; one that waits already for the same reason waits once.
insert into resumption (event_id, subject, cause, answer, subject_id, requested_at)
select wanted.event_id, wanted.subject, %(cause)s, %(answer)s, %(subject_id)s, %(now)s
from unnest(%(events)s::uuid[], %(subjects)s::text[]) as wanted(event_id, subject)
where not exists (select from resumption waiting
                  where waiting.event_id = wanted.event_id and waiting.subject = wanted.subject
                    and waiting.cause = %(cause)s and waiting.done_at is null
                    and waiting.answer is not distinct from %(answer)s::text)
