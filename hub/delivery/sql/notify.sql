insert into delivery (delivery_id, event_id, subject, recipient, role, purpose, revision, tier, status,
                      next_attempt_at, due_by, created_at, body)
values (%(delivery_id)s, %(event_id)s, %(subject)s, %(recipient)s, %(role)s, 'notify', %(revision)s, %(tier)s,
        'pending', %(now)s, %(due_by)s, %(now)s, %(body)s)
on conflict do nothing
