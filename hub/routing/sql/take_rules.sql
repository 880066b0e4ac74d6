-- These rules are taken into use, unless they are the latest that were.
insert into rules_use (version, taken_at)
select %(version)s, hub.now()
where %(version)s is distinct from (select version from rules_use order by number desc limit 1)
