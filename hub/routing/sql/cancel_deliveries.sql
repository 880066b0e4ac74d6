-- What was accepted stays so, and is not to be read again if its recipient is called back. What is under way is cancelled
-- too, unless its recipient takes it (delivery/sql/settle.sql): so what is cancelled already may still have to be marked.
-- A text that waited to go after one of them waits no more.
with answered as (
    update review_task set status = 'decided'
    where cause = 'text' and status <> 'decided' and delivery_id = any(%(ids)s::uuid[])
)
update delivery set
    status = case when status = 'accepted' then status else 'cancelled' end,
    reason = case when status in ('accepted', 'cancelled') then delivery.reason else undone.reason end,
    settled_at = case when status in ('accepted', 'cancelled') then settled_at else %(now)s end,
    trying = null,
    recalled_at = case when undone.reason in ('retracted', 'decided_anew') then coalesce(recalled_at, %(now)s)
                       else recalled_at end
from unnest(%(ids)s::uuid[], %(reasons)s::text[]) as undone(delivery_id, reason)
where delivery.delivery_id = undone.delivery_id and delivery.status in ('pending', 'held', 'accepted', 'cancelled')
