-- Persons or posts whose id lies between two, two at most.
(select person_id as id from person where %(what)s = 'person' and person_id between %(low)s and %(high)s limit 2)
union all
(select post_id from post where %(what)s = 'post' and post_id between %(low)s and %(high)s limit 2)
