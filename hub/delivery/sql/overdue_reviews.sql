update review_task set status = 'escalated'
where task_id in (select task_id from review_task where status = 'open'
                    and tier = any(%(known_tiers)s) and owner_role = any(%(owner_roles)s)
                    and due_by - (due_by - opened_at) / 4 <= %(now)s
                  order by due_by limit %(limit)s for update skip locked)
returning task_id, event_id, subject, owner, owner_role, tier
