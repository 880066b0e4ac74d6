-- What was disclosed of these children of events, or is about to be; what was called back is over.
select delivery_id, event_id, subject, recipient, role, status,
       status = 'accepted' or attempts > 0 or claimed_by is not null as arrived
from delivery join unnest(%(events)s::uuid[], %(subjects)s::text[]) as child (event_id, subject)
    using (event_id, subject)
where purpose in ('disclose', 'supplement') and status in ('accepted', 'pending', 'held') and recalled_at is null
order by arrived desc, recipient, role, delivery_id limit %(limit)s
