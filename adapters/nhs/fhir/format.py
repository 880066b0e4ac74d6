"""The format as the bridge knows it: by which mapping file, its paths, and what a glance at a record tells."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.bridge.doors.routes import Page, Post
from adapters.bridge.formats import MappedFormat, NativeFormat
from adapters.bridge.reading.faults import json_cut_off
from adapters.nhs.fhir.answers import JSON, capability, taken, turned
from adapters.nhs.fhir.heading import most_urgent
from adapters.nhs.fhir.mapping import SHIPPED, load_mapping, shipped_mapping
from adapters.nhs.fhir.reading import is_xml
from adapters.nhs.fhir.translate import Translation
from hub.facts.terms import Tier

TITLE = "NHS FHIR R4 bundle"
_PRIORITY = re.compile(rb'"priority"\s*:\s*"([a-z]{1,10})"|<(?:\w+:)?priority\s+value="([a-z]{1,10})"')
_END = re.compile(rb"</(?:\w+:)?Bundle\s*>\s*\Z")


def make(mapping: Path | None) -> NativeFormat:
    """The format by this mapping file, or by the one that comes with it."""
    codes = shipped_mapping() if mapping is None else load_mapping(mapping)
    routes = (
        Post("/fhir/$process-message", "Take in one FHIR message.", taken, turned),
        Post("/fhir", "Take in one FHIR bundle.", taken, turned),
        Page("/fhir/metadata", "The CapabilityStatement.", capability),
    )
    return NativeFormat(
        TITLE, JSON, Translation(codes), tier_of=tier_of, cut_off=cut_off, whole=True, routes=routes, describe=describe
    )


def tier_of(raw: bytes) -> Tier | None:
    """The most urgent priority that stands in a record, by a glance; None where none does."""
    return most_urgent((one or other).decode() for one, other in _PRIORITY.findall(raw))


def cut_off(raw: bytes) -> bool:
    """Whether a record evidently lacks its end."""
    if not is_xml(raw):
        return json_cut_off(raw)
    return b"\0" not in raw[:8] and _END.search(raw[-1000:]) is None


def describe() -> str:
    """The mapping file that comes with the format: what it reads, and what to begin one's own with."""
    return SHIPPED.read_text(encoding="utf-8")


FORMAT = MappedFormat(TITLE, JSON, make, describe)
