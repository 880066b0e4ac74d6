-- What waits is looked through again when a reviewer asks; what was opened is erased; supplements are watched.

alter table waiting_text add column beside integer[] not null default '{}';  -- parts open when it was looked through

create index text_request_by_task on text_request (task_id);
create index text_request_to_do on text_request (attempts, seq) where done_at is null;
create index text_request_sealed on text_request (done_at) where sealed is not null;
drop index text_request_waiting;

create index delivery_unread on delivery (tier, settled_at)
    where status = 'accepted' and purpose in ('disclose', 'supplement') and unconfirmed and recalled_at is null;
drop index delivery_unconfirmed;
