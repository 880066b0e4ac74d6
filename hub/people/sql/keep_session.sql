insert into session (session_id, secret_hash, person_id, how, provider, provider_session, second_factor,
                     began_at, seen_at, ends_at)
values (%(session)s, %(hash)s, %(person)s, %(how)s, %(provider)s, %(provider_session)s, %(second_factor)s,
        %(at)s, %(at)s, %(ends)s)
