-- Rows still to be seen to that hold a word which this release does not know: table, id, which column, and how many in all.
with open(delivery_id, tier, role, purpose) as (
    select delivery_id, tier, role, purpose from delivery where status = 'pending'
    union all
    select delivery_id, tier, role, purpose from delivery where status = 'held'
    union all
    select delivery_id, tier, role, purpose from delivery
    where status = 'accepted' and purpose in ('disclose', 'supplement') and unconfirmed and recalled_at is null
), unread(kind, id, unknown) as (
    select 'delivery', delivery_id, case when tier <> all(%(known_tiers)s) then 'tier'
                                         when role <> all(%(roles)s) then 'role' else 'purpose' end
    from open
    where tier <> all(%(known_tiers)s) or role <> all(%(roles)s) or purpose <> all(%(purposes)s)
    union all
    select 'delivery', delivery_id, 'channel' from delivery where trying is not null and trying <> all(%(built)s)
    union all
    select 'review_task', task_id, case when tier <> all(%(known_tiers)s) then 'tier' else 'owner_role' end
    from review_task
    where status in ('open', 'escalated') and (tier <> all(%(known_tiers)s) or owner_role <> all(%(owner_roles)s))
    union all
    select 'dead_letter', dead_letter_id, 'owner_role' from dead_letter
    where status in ('open', 'escalated') and owner_role <> all(%(owner_roles)s)
)
select kind, id, unknown, count(*) over (partition by kind) from unread limit 1000
