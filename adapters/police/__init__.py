"""The police adapter: public protection notices as JSON, in the fields that a British force's notice has."""

from adapters.bridge.formats import NativeFormat
from adapters.bridge.reading.faults import json_cut_off
from adapters.police.notice import json_schema
from adapters.police.translate import tier_of, translate

FORMAT = NativeFormat(
    "Public protection notice", "application/json", translate, json_schema, tier_of=tier_of, cut_off=json_cut_off
)
