-- Alone, for while they are built nobody changes a delivery.

create index delivery_to_read on delivery (recipient, role, due_by, delivery_id)
    where status = 'accepted' and reached < 3 and recalled_at is null;
create index delivery_seen on delivery (recipient, role, settled_at desc, delivery_id)
    where status = 'accepted' and (reached >= 3 or recalled_at is not null);
