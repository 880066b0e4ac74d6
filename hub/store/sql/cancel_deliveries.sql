update delivery set status = 'cancelled', reason = 'retracted', settled_at = %(now)s
where delivery_id = any(%(ids)s) and status = 'pending'
