-- Nothing that was opened to be read lies about once it is answered, or opened anew, or after a day.
update text_request set sealed = null
from review_task
where review_task.task_id = text_request.task_id and sealed is not null
  and (review_task.status = 'decided' or done_at < %(before)s
       or exists (select from text_request later where later.task_id = text_request.task_id
                  and later.seq > text_request.seq and later.sealed is not null))
