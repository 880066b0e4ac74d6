insert into export (export_id, delivery_id, person_id, form, at, digest)
values (%(export)s, %(id)s, %(person)s, %(form)s, %(at)s, %(digest)s)
