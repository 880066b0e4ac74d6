delete from begun
where ends_at <= %(at)s
   or state_hash in (
       select state_hash from begun where browser_hash = %(browser)s order by began_at desc offset %(of_browser)s)
   or state_hash in (select state_hash from begun order by began_at desc offset %(in_all)s)
