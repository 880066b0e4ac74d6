-- `about`: the event that a notice can be about. That of the hub's own, which the first notice was about; else the
-- source's, where it was decided besides. Null where there is neither.
update dead_letter set status = 'escalated'
where dead_letter_id in (select dead_letter_id from dead_letter where status = 'open' and due_by <= %(now)s
                           and owner_role = any(%(owner_roles)s)
                         order by due_by limit %(limit)s for update skip locked)
returning dead_letter_id, coalesce(
              (select event_id from event where event.event_id = dead_letter.dead_letter_id),
              (select event_id from event where event.source = dead_letter.source
                and (event.sent_as = dead_letter.event_id
                     or (event.event_id = dead_letter.event_id and event.sent_as is null)) limit 1)) as about,
          owner, owner_role, topic
