-- Who looked at what, the latest first, one page after another. `places`: organisations whose people looked, or whose
-- events were looked at; null is all. `own`: somebody of these organisations looked.
select l.entry_id, l.at, l.person_id, l.key_id, l.organisation, l.what, l.about, l.event_id, l.subject_id,
       (%(places)s::text[] is null or l.organisation = any(%(places)s)) as own
  from look l
 where (%(about)s::text is null or l.about = %(about)s)
   and (%(event)s::uuid is null or l.event_id = %(event)s)
   and (%(person)s::uuid is null or l.person_id = %(person)s)
   and (%(since)s::timestamptz is null or l.at >= %(since)s)
   and (%(until)s::timestamptz is null or l.at < %(until)s)
   and (%(before)s::timestamptz is null or (l.at, l.entry_id) < (%(before)s, %(entry)s::uuid))
   and (%(places)s::text[] is null or l.organisation = any(%(places)s)
        or exists (select from event e where e.event_id = l.event_id and e.source = any(%(places)s)))
 order by l.at desc, l.entry_id desc
 limit %(limit)s
