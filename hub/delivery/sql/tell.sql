insert into outbox (topic, record_key, value, created_at)
select topic, record_key, value, %(at)s from unnest(%(topics)s::text[], %(keys)s::bytea[], %(values)s::bytea[])
    as news(topic, record_key, value)
