-- Other sources' events that came under the same id.
select event_id, source from event
where (event_id = %(given)s or sent_as = %(given)s) and event_id <> %(id)s and kind <> 'dead_letter'
order by decided_at, event_id limit 100
