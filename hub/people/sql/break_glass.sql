insert into broken_glass (entry_id, at) values (%(entry)s, %(at)s)
