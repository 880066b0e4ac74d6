insert into passkey (credential_id, person_id, public_key, sign_count, transports, backed_up, aaguid, label_key, label, made_at)
values (%(credential)s, %(person)s, %(public_key)s, %(count)s, %(transports)s, %(backed_up)s, %(aaguid)s, %(label_key)s,
        %(label)s, %(at)s)
on conflict (credential_id) do nothing
returning credential_id
