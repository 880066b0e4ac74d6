-- `known`: the event was decided besides, so that a notice can be about it.
update dead_letter set status = 'escalated'
where dead_letter_id in (select dead_letter_id from dead_letter where status = 'open' and due_by <= %(now)s
                         order by due_by limit %(limit)s for update skip locked)
returning dead_letter_id, event_id, owner, owner_role, topic,
          exists (select from event where event.event_id = dead_letter.event_id) as known
