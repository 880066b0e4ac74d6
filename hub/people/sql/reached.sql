select max(layer) from receipt where delivery_id = %(id)s
