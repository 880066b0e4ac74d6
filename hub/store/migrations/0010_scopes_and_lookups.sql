-- What an API key is for: reading at the hub, posting at the organisation's adapter, or both, as keys of before are.
alter table api_key add column scope text not null default 'both';
-- `hub why` and `hub concern show` look for these.
create index review_by_delivery on review_task (delivery_id) where delivery_id is not null;
create index dead_letter_by_event on dead_letter (event_id) where event_id is not null;
