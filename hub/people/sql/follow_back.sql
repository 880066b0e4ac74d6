update delivery set subject_id = %(back)s where delivery_id = any(%(ids)s) and subject_id = %(into)s
