select event_id, revision, cause, outcome, rules_version, evidence_key, evidence, decided_at
from event_revision where event_id = %(id)s order by revision
