-- What was read before the triggers of 0022 and 0023 stood. No table is locked: nobody waits for it, but who changes a
-- delivery that was read long ago, at the very end.

insert into look (entry_id, at, person_id, key_id, organisation, what, about, event_id, subject_id)
select entry.entry_id, entry.at, found.* from ledger_entry entry, looks_in(entry) as found
 where entry.kind in ('read', 'review_opened', 'register') and entry.facts is not null
on conflict do nothing;

update delivery set reached = said.layer
from (select delivery_id, max(layer) as layer from receipt where layer >= 3 group by delivery_id) as said
where said.delivery_id = delivery.delivery_id and reached < said.layer;
