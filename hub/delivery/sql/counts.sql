-- How far each event came: recipients told or being told, and deliveries that reached each layer.
select event.event_id, event.source, event.case_key, event.outcome,
    count(*) filter (where delivery.status in ('pending', 'accepted')),
    count(*) filter (where reached.layer >= 1), count(*) filter (where reached.layer >= 2),
    count(*) filter (where reached.layer >= 3), count(*) filter (where reached.layer >= 4)
from event join delivery using (event_id)
left join lateral (select max(layer) as layer from receipt where receipt.delivery_id = delivery.delivery_id) as reached
    on true
where event.event_id = any(%(ids)s) and delivery.purpose <> 'notify'
group by event.event_id
