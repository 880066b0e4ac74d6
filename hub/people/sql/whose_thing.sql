-- Organisations that a delivery or a dead letter belongs to: who sent it, whom it is for, who answers for it.
select e.source, d.recipient as other from delivery d join event e using (event_id) where d.delivery_id = %(id)s
union all
select source, owner from dead_letter where dead_letter_id = %(id)s
