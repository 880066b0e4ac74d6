-- Decisions not to share, as the latest revision of each event has them: of events of these sources (null: of all), the
-- latest first, %(limit)s events after the one named.
select d.event_id, d.subject, d.recipient, d.role, d.revision, d.outcome, d.isp, d.clause, d.rule, e.source, e.kind,
       d.tier, e.decided_at, coalesce(r.evidence_key, e.evidence_key) as evidence_key,
       coalesce(r.evidence, e.evidence) as evidence
  from (select * from event
         where (%(places)s::text[] is null or source = any(%(places)s))
           and (%(before)s::timestamptz is null or (decided_at, event_id) < (%(before)s, %(event)s::uuid))
           and exists (select from decision where decision.event_id = event.event_id
                          and decision.revision = event.revision and decision.outcome <> 'share')
         order by decided_at desc, event_id desc limit %(limit)s) as e
  join decision d on d.event_id = e.event_id and d.revision = e.revision and d.outcome <> 'share'
  left join event_revision r on r.event_id = e.event_id and r.revision = e.revision
 order by e.decided_at desc, d.event_id desc, d.subject, d.recipient, d.role
