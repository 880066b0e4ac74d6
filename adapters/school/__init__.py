"""The school adapter: a school's own record of concern as JSON, in the words of school safeguarding software."""

from adapters.bridge.formats import NativeFormat
from adapters.bridge.reading.faults import json_cut_off
from adapters.school.record import json_schema
from adapters.school.translate import tier_of, translate

FORMAT = NativeFormat(
    "School's record of concern", "application/json", translate, json_schema, tier_of=tier_of, cut_off=json_cut_off
)
