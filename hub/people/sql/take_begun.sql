update begun set used_at = %(at)s
where state_hash = %(state)s and browser_hash = %(browser)s and kind = %(kind)s
  and provider is not distinct from %(provider)s and used_at is null and ends_at > %(at)s
returning key_id, secret, after, person_id, invitation
