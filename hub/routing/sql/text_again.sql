-- What a person said last of these texts is carried out once more: by a person's word, or by the hub's own (`by_hub`)
-- once after each answer. Gives those for which it is.
insert into text_request (task_id, verdict, masks_key, masks, requested_at, by_hub, rules_version)
select answer.task_id, answer.verdict, answer.masks_key, answer.masks, hub.now(), %(by_hub)s, %(rules_version)s
from unnest(%(tasks)s::uuid[]) as wanted(task_id) cross join lateral (
    select * from text_request
    where text_request.task_id = wanted.task_id and verdict is not null order by seq desc limit 1) as answer
where not (%(by_hub)s and answer.by_hub)
returning task_id
