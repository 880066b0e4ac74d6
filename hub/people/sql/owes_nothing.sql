-- Of these posts of a person, those that another has neither granted nor made the holder of.
select post_id
from post join person using (person_id)
where post_id = any(%(posts)s) and granted_by is distinct from %(other)s and person.made_by is distinct from %(other)s
