select 1 as known from passkey where person_id = %(person)s
union all
select 1 from person_subject where person_id = %(person)s
limit 1
