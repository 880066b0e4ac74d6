select source, bad_count, bad_since, quarantined_at from source_standing order by source
