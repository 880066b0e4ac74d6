with put_back as (
    update dead_letter set status = 'replayed'
    where dead_letter_id = any(%(ids)s) and status in ('open', 'escalated') and body is not null and whole
    returning dead_letter_id, topic, record_key, body
), outgoing as (
    insert into outbox (topic, record_key, value, created_at) select topic, record_key, body, %(now)s from put_back
)
select dead_letter_id from put_back
