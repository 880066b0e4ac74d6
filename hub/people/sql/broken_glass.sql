select entry_id, broken_glass.at, convert_from(facts, 'UTF8')::jsonb ->> 'said_key' as said_key,
       convert_from(facts, 'UTF8')::jsonb ->> 'said' as said
from broken_glass left join ledger_entry using (entry_id)
order by broken_glass.at desc, entry_id
limit %(limit)s
