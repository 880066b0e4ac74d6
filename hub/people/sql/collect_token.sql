delete from token_request where secret_hash = %(secret)s and (approved_by is not null or ends_at <= %(at)s)
returning approved_by, ends_at
