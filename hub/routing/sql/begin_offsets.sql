-- Where these partitions stand by the database's word; where it has none yet, or a later one (the topic was made anew, or
-- Kafka was not told any more), Kafka's word is taken for its own.
with claimed as (
    select * from unnest(%(topics)s::text[], %(partitions)s::int[], %(offsets)s::bigint[]) as claimed(topic, partition, next_offset)
), written as (
    insert into partition_offset (topic, partition, next_offset) select topic, partition, next_offset from claimed
    order by topic, partition
    on conflict (topic, partition) do update
    set next_offset = excluded.next_offset, written_at = clock_timestamp()
    where partition_offset.next_offset > excluded.next_offset
)
select topic, partition, known.next_offset from partition_offset known join claimed using (topic, partition)
where known.next_offset < claimed.next_offset
