"""HL7 v2, as hospitals' integration engines send it: over MLLP, as files, or posted."""

from typing import Any

from adapters.bridge.formats import NativeFormat
from adapters.nhs.hl7.batch import is_cut_off
from adapters.nhs.hl7.events import EVENTS
from adapters.nhs.hl7.translate import translate

_MESSAGES = ", ".join(f"{kind}^{trigger}" for kind, triggers in EVENTS.items() for trigger in triggers)


def json_schema(_ref_template: str = "") -> dict[str, Any]:
    """HL7 v2 is no JSON: what is read of it is said in words."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "HL7 v2 message",
        "description": f"One message, or a batch of them (FHS, BHS), as text: {_MESSAGES}. "
        "docs/guide-integrators.md says which of their fields are read.",
        "type": "string",
        "contentMediaType": "application/hl7-v2",
    }


FORMAT = NativeFormat(
    title="HL7 v2 message",
    media_type="application/hl7-v2",
    translate=translate,
    json_schema=json_schema,
    cut_off=is_cut_off,
    batch=True,
)
