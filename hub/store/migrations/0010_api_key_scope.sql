-- What an API key is for: reading at the hub, posting at the organisation's adapter, or both, as keys of before are.
alter table api_key add column scope text not null default 'both';
