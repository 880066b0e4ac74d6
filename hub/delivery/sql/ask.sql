insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, status,
                         delivery_id)
values (%(task_id)s, %(event_id)s, %(subject)s, %(cause)s, %(why)s, %(owner)s, %(owner_role)s, %(tier)s, %(opened_at)s,
        %(due_by)s, 'open', %(delivery_id)s)
on conflict (task_id) do update set status = 'open', why = excluded.why, opened_at = excluded.opened_at,
    due_by = excluded.due_by where review_task.status = 'decided'
