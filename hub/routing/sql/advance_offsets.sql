-- How far these partitions are decided now; returns what was known of each before. Never goes back by itself.
with batch as (
    select * from unnest(%(topics)s::text[], %(partitions)s::int[], %(offsets)s::bigint[]) as batch(topic, partition, next_offset)
), before as (
    select topic, partition, known.next_offset from partition_offset known join batch using (topic, partition)
), written as (
    insert into partition_offset (topic, partition, next_offset) select topic, partition, next_offset from batch
    order by topic, partition
    on conflict (topic, partition) do update
    set next_offset = greatest(partition_offset.next_offset, excluded.next_offset), written_at = clock_timestamp()
)
select topic, partition, next_offset from before
