-- What each revision of an event was made from, the latest first.
select revision, evidence_key, evidence from event_revision where event_id = %(event)s
union all
select 1, evidence_key, evidence from event where event_id = %(event)s
order by 1 desc
