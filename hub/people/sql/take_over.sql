update handover set taken_at = %(at)s where delivery_id = %(id)s and to_person = %(person)s and taken_at is null
