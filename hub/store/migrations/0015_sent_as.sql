-- Nobody claims an event id by coming first: an event whose id another source had used is kept under one of the hub's own.

alter table event add column sent_as uuid;         -- the id that its source gave it, where that is not `event_id`
create index event_sent_as on event (sent_as) where sent_as is not null;
