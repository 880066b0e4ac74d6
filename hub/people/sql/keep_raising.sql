update raising set key = %(key)s, sealed = %(sealed)s where raising_id = %(raising)s
