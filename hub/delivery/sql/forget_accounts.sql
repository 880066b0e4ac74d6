-- What is kept of sessions, terminals, tokens and links for a while after they ended; what was typed and not asked for
-- again, and sign-ins that nobody finished.
with sessions as (delete from session where coalesce(ended_at, ends_at) < %(now)s - interval '90 days'),
     tokens as (delete from person_token where ends_at < %(now)s - interval '90 days'),
     links as (delete from invitation where coalesce(used_at, ends_at) < %(now)s - interval '90 days'),
     under_way as (delete from begun where ends_at <= %(now)s),
     obeyed as (delete from logout_seen where ends_at <= %(now)s),
     requests as (delete from token_request where ends_at < %(now)s - interval '90 days'),
     begun_raising as (delete from raising where ends_at <= %(now)s)
delete from draft where ends_at <= %(now)s
