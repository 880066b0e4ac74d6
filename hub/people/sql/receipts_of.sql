select layer, at from receipt where delivery_id = %(id)s order by layer
