update delivery set status = 'held', reason = 'by_operator'
where delivery_id = any(%(ids)s) and status = 'pending'
returning delivery_id
