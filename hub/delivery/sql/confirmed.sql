-- Somebody saw to it: a named person opened it or acted, also by the word of a release that keeps no `unconfirmed`; or
-- whoever was asked said so.
update delivery set unconfirmed = false
where delivery_id in (
    select one.delivery_id
    from delivery one join unnest(%(tiers)s::text[], %(within)s::interval[]) as chain(tier, within) on chain.tier = one.tier
    where one.status = 'accepted' and one.purpose in ('disclose', 'supplement') and one.unconfirmed
      and one.recalled_at is null
      and one.settled_at <= %(now)s - chain.within
      and (exists (select from receipt where receipt.delivery_id = one.delivery_id and layer >= 3)
           or exists (select from review_task where review_task.delivery_id = one.delivery_id
                      and review_task.cause = 'unconfirmed' and review_task.status = 'decided'))
    limit %(limit)s for update of one skip locked)
returning delivery_id
