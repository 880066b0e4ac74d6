-- How far each event came, by the id that its source gave it: recipients told or being told, and recipients who reached each layer with a delivery.
select coalesce(event.sent_as, event.event_id), event.source, event.digest, event.case_key, event.outcome,
    count(distinct (delivery.recipient, delivery.role)) filter (where delivery.status in ('pending', 'accepted')),
    count(distinct (delivery.recipient, delivery.role)) filter (where reached.layer >= 1),
    count(distinct (delivery.recipient, delivery.role)) filter (where reached.layer >= 2),
    count(distinct (delivery.recipient, delivery.role)) filter (where reached.layer >= 3),
    count(distinct (delivery.recipient, delivery.role)) filter (where reached.layer >= 4)
from event join delivery using (event_id)
left join lateral (select max(layer) as layer from receipt where receipt.delivery_id = delivery.delivery_id) as reached
    on true
where event.event_id = any(%(ids)s) and delivery.purpose <> 'notify'
group by event.event_id
