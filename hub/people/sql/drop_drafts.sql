-- The one of this page, and of the others all but the newest.
delete from draft
where person_id = %(person)s and (
    path = %(path)s
    or draft_id in (
        select draft_id from draft where person_id = %(person)s and path <> %(path)s
        order by made_at desc, draft_id offset %(others)s
    )
)
