select layer, at, by_key, by_sealed from receipt where delivery_id = %(id)s and layer >= 3 and by_sealed is not null
order by layer
