-- The oldest of those that hold, so that `others` are left.
update person_token set revoked_at = %(at)s
where token_id in (
    select token_id from person_token
    where person_id = %(person)s and revoked_at is null and ends_at > %(at)s
    order by made_at desc, token_id offset %(others)s
)
