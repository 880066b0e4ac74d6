"""The police adapter: public protection notices as JSON, in the fields that a British force's notice has."""

from adapters.bridge.formats import NativeFormat
from adapters.police.notice import json_schema
from adapters.police.translate import translate

FORMAT = NativeFormat("Public protection notice", "application/json", translate, json_schema)
