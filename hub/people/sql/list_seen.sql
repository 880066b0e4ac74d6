-- What was read at these posts, or taken back before it was; `acted`: those about which somebody said what they did. The
-- latest first. `after_at`, `after_id`: when the last one of the page before came, and its id.
with page as materialized (
    select delivery.delivery_id, delivery.event_id, delivery.recipient, delivery.role, delivery.purpose, delivery.tier,
           delivery.subject, delivery.subject_id, delivery.settled_at, delivery.created_at, delivery.reached,
           delivery.recalled_at, null::timestamptz as deadline
    from unnest(%(recipients)s::text[], %(roles)s::text[]) as post(recipient, role)
    cross join lateral (
        select delivery_id, event_id, recipient, role, purpose, tier, subject, subject_id, settled_at, created_at, reached,
               recalled_at
        from delivery
        where delivery.recipient = post.recipient and delivery.role = post.role and status = 'accepted'
          and (reached >= 3 or recalled_at is not null) and (reached = 4) = %(acted)s
          and purpose = any(%(purposes)s) and tier = any(%(tiers)s)
          and (%(after_at)s::timestamptz is null or (settled_at, delivery_id) < (%(after_at)s, %(after_id)s::uuid))
        order by settled_at desc, delivery_id desc limit %(limit)s
    ) delivery
    order by delivery.settled_at desc, delivery.delivery_id desc limit %(limit)s
)
select page.delivery_id, page.recipient, page.role, page.purpose, page.tier, page.settled_at as came_at, page.deadline,
       page.reached, page.recalled_at, event.source, later.delivery_id as later_id, later.purpose as later_purpose,
       handed.from_person, handed.to_person, asked.open as asked, asked.answered
from page join event using (event_id)
left join lateral (
    select newer.delivery_id, newer.purpose
    from event next join delivery newer on newer.event_id = next.event_id
    where next.source = event.source and next.case_key = event.case_key and next.sequence >= event.sequence
      and (next.sequence > event.sequence or newer.created_at > page.created_at)
      and newer.recipient = page.recipient and newer.role = page.role and newer.status = 'accepted'
      and newer.purpose in ('disclose', 'correct', 'recall') and page.purpose in ('disclose', 'supplement')
      and (newer.subject_id = page.subject_id
           or (newer.subject_id is null and page.subject_id is null and newer.subject = page.subject))
    order by next.sequence desc, newer.created_at desc limit 1
) later on true
left join lateral (
    select from_person, to_person from handover where handover.delivery_id = page.delivery_id order by at desc limit 1
) handed on true
left join lateral (
    select count(*) filter (where answered_at is null) as open,
           count(*) filter (where answered_at is not null and seen_at is null) as answered
    from asked_back where asked_back.delivery_id = page.delivery_id
) asked on true
order by page.settled_at desc, page.delivery_id desc
