select from delivery where delivery_id = %(id)s for update
