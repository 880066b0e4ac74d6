-- Organisations in whose hands a delivery or a dead letter is: its source, and of a dead letter whoever answers for it.
-- Never whom a delivery is for: nobody holds back, or asks for, what they are to be told.
select e.source as place from delivery d join event e using (event_id) where d.delivery_id = %(id)s
union
select unnest(array[source, owner]) from dead_letter where dead_letter_id = %(id)s
