-- What a reviewer answered and no router of this release can carry out is asked again.
update review_task set status = 'open'
where status = 'decided' and task_id = (select task_id from text_request where seq = %(seq)s and verdict is not null)
