update source_standing set quarantined_at = null, bad_count = 0
where source = %(source)s and quarantined_at is not null
returning source
