update asked_back set seen_at = %(at)s where delivery_id = %(id)s and answered_at is not null and seen_at is null
