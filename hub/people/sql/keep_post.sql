insert into post (post_id, person_id, organisation, office, since, until, trained_until, covers, granted_by,
                  said_key, said, waits, from_claim, from_rules, made_at)
values (%(post)s, %(person)s, %(organisation)s, %(office)s, %(since)s, %(until)s, %(trained_until)s, %(covers)s, %(by)s,
        %(said_key)s, %(said)s, %(waits)s, %(from_claim)s, %(from_rules)s, %(at)s)
