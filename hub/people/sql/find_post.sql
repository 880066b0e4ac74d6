select post_id, person_id, organisation, office, since, until, trained_until, covers, waits, ended_at
from post where post_id = %(post)s
