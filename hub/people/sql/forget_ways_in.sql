with tokens as (
    update person_token set revoked_at = %(at)s where person_id = %(person)s and revoked_at is null
)
delete from person_subject where person_id = %(person)s
