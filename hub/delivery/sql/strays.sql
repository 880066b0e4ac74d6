update delivery set claimed_by = null
where claimed_by = %(session)s and tier = %(tier)s and delivery_id <> all(%(in_hand)s::uuid[])
