update post set ended_at = %(at)s, ended_why = 'leave_ended'
where covers = %(post)s and ended_at is null and since <= %(day)s and until > %(day)s
returning post_id, person_id
