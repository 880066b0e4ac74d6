-- How many wait to be read at each of these posts, and how many questions of theirs were answered and not yet looked at.
select post.recipient, post.role,
       (select count(*) from delivery
        where delivery.recipient = post.recipient and delivery.role = post.role
          and status = 'accepted' and reached < 3 and recalled_at is null
          and purpose = any(%(purposes)s) and tier = any(%(tiers)s)) as unread,
       (select count(*) from asked_back join delivery using (delivery_id)
        where delivery.recipient = post.recipient and delivery.role = post.role
          and answered_at is not null and seen_at is null) as answered
from unnest(%(recipients)s::text[], %(roles)s::text[]) as post(recipient, role)
