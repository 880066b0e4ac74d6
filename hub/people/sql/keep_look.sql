insert into look (entry_id, at, person_id, key_id, organisation, what, about, event_id, subject_id)
values (%(id)s, %(at)s, %(person)s, %(key)s, %(organisation)s, %(what)s, %(about)s, %(event)s, %(subject)s)
on conflict do nothing
