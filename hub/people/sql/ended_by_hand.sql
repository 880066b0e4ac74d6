-- Posts by claim, or of the rules' files, of a person or of all, whose latest ended by somebody's hand.
select person_id, organisation, office
from (
    select distinct on (person_id, organisation, office) person_id, organisation, office, ended_why
    from post
    where (from_claim or from_rules) and (%(person)s::uuid is null or person_id = %(person)s)
    order by person_id, organisation, office, made_at desc, ended_why = 'by_hand' desc nulls last
) as latest
where ended_why = 'by_hand'
