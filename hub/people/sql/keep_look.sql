-- The row may be there, made beside the ledger's entry, which says less of the reader.
insert into look (entry_id, at, person_id, key_id, organisation, what, about, event_id, subject_id)
values (%(id)s, %(at)s, %(person)s, %(key)s, %(organisation)s, %(what)s, %(about)s, %(event)s, %(subject)s)
on conflict (entry_id) do update set person_id = excluded.person_id, key_id = excluded.key_id,
    organisation = excluded.organisation, what = excluded.what, event_id = excluded.event_id,
    subject_id = excluded.subject_id
