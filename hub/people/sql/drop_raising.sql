delete from raising where raising_id = %(raising)s and sent_at is null returning raising_id
