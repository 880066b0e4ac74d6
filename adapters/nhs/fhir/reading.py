"""Bytes to the JSON form of a FHIR Bundle: JSON read strictly, or XML without entities, DTD and network.

XML says neither what repeats nor what is a number; the definitions do. So both forms are one from here on.
"""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from adapters.bridge.formats import Faults
from adapters.bridge.reading.faults import parse_json
from adapters.nhs.fhir.definitions import Member, definition, is_resource_type

FHIR = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}div"
MAX_DEPTH = 40
"""Elements within elements: a resource that is deeper was made to be."""
TOO_DEEP = "nests deeper than a resource needs."
HALF_A_CHARACTER = "Bundle: holds half a character (\\ud800 to \\udfff alone)."
NOT_BUNDLE = "Bundle: must be a FHIR R4 Bundle, in JSON or XML."
UNKNOWN_TYPE = "is not a resource type of FHIR R4."
_NUMBERS = frozenset({"integer", "integer64", "positiveInt", "unsignedInt", "decimal"})
_RESOURCE = "Resource"
_OWN_ATTRIBUTES = frozenset({"id", "url"})


class _Malformed(Exception):
    """The XML cannot be a resource; the message is a fault."""


def read_bundle(raw: bytes) -> tuple[dict[str, Any], Faults]:
    """The bundle's JSON object, or why there is none."""
    parsed, faults = _xml(raw) if is_xml(raw) else parse_json(raw)
    if faults:
        return {}, tuple(fault.replace("notice:", "Bundle:", 1) for fault in faults)
    if _holds_half_a_character(raw, parsed):
        return {}, (HALF_A_CHARACTER,)
    if not isinstance(parsed, dict) or parsed.get("resourceType") != "Bundle":
        return {}, (NOT_BUNDLE,)
    return parsed, ()


def _holds_half_a_character(raw: bytes, parsed: Any) -> bool:
    """Whether a JSON text escapes one half of a surrogate pair alone: no encoding can write it."""
    if b"\\ud" not in raw and b"\\uD" not in raw:
        return False
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def is_xml(raw: bytes) -> bool:
    """Whether the record is XML, by its first letter; UTF-16 begins with a mark of its own."""
    return raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n\0\xff\xfe")[:1] == b"<"


def _xml(raw: bytes) -> tuple[Any, Faults]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return None, (f"Bundle: is not XML{f' (line {line})' if line else ''}.",)
    if root.getroottree().docinfo.internalDTD is not None:
        return None, ("Bundle: has a DOCTYPE, which FHIR does not allow.",)
    if root.tag != f"{FHIR}Bundle":
        return None, (NOT_BUNDLE,)
    try:
        return _object(root, "Bundle", "Bundle", 0) | {"resourceType": "Bundle"}, ()
    except _Malformed as malformed:
        return None, (str(malformed),)


def _object(node: etree._Element, type_name: str, at: str, depth: int) -> dict[str, Any]:
    """A complex element as its JSON object."""
    if depth > MAX_DEPTH:
        raise _Malformed(f"{at}: {TOO_DEEP}")
    known = definition(type_name).members
    found: dict[str, Any] = {name: text for name, text in node.attrib.items() if name in _OWN_ATTRIBUTES}
    counts: dict[str, int] = {}
    for child in node:
        name = "div" if child.tag == XHTML else str(child.tag).removeprefix(FHIR)
        member = known.get(name)
        if member is None:
            raise _Malformed(f"{at}: holds what is no element of {type_name}.")
        place = f"{at}.{name}[{counts.get(name, 0)}]" if member.repeats else f"{at}.{name}"
        counts[name] = counts.get(name, 0) + 1
        if counts[name] > 1 and not member.repeats:
            raise _Malformed(f"{place}: is given twice.")
        _put(found, name, member, _value(child, member, place, depth + 1))
    return found


def _put(found: dict[str, Any], name: str, member: Member, values: tuple[Any, Any]) -> None:
    """Keep an element's value, and what stands beside a primitive one under its own name."""
    value, beside = values
    if not member.repeats:
        found.update({key: each for key, each in ((name, value), (f"_{name}", beside)) if each is not None})
        return
    found.setdefault(name, []).append(value)
    if beside is not None or f"_{name}" in found:
        others = found.setdefault(f"_{name}", [])
        others.extend([None] * (len(found[name]) - 1 - len(others)) + [beside])


def _value(node: etree._Element, member: Member, at: str, depth: int) -> tuple[Any, Any]:
    """An element's JSON value, and the JSON object of what a primitive has beside it."""
    if member.type == "xhtml":
        return etree.tostring(node, encoding="unicode", with_tail=False), None
    if member.primitive:
        beside = _object(node, "FHIRPrimitiveExtension", at, depth) if len(node) else None
        return _primitive(node.get("value"), member.type), beside
    if member.type != _RESOURCE:
        return _object(node, member.type, at, depth), None
    inside = next(iter(node), None)
    kind = "" if inside is None else str(inside.tag).removeprefix(FHIR)
    if inside is None or not is_resource_type(kind):
        raise _Malformed(f"{at}: {UNKNOWN_TYPE}")
    return {"resourceType": kind} | _object(inside, kind, at, depth), None


def _primitive(text: str | None, type_name: str) -> Any:
    """As JSON writes it; what is no such value stays text, for the model to refuse."""
    if text is None:
        return None
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in _NUMBERS:
        try:
            return int(text) if type_name != "decimal" else float(text)
        except ValueError:
            return text
    return text
