-- Ask for these events to be decided anew; the router takes all that was asked of one event together.
insert into resumption (event_id, subject, cause, answer, subject_id, requested_at, rules_version)
select wanted.event_id, wanted.subject, %(cause)s, %(answer)s, %(subject_id)s, hub.now(), %(rules_version)s
from unnest(%(events)s::uuid[], %(subjects)s::text[]) as wanted(event_id, subject)
