"""The character set of a message: what MSH-18 says (HL7 table 0211), and what engines send in truth.

Most engines leave MSH-18 empty, or say ASCII or 8859/1 by default, and pass on Windows-1252 or UTF-8. So of these three
the bytes decide: what is UTF-8 is read so (no text of another set is, but by a freak), anything else as Windows-1252,
which is 8859/1 but for the quotes and dashes where that has control characters. A byte that is no letter becomes
U+FFFD: a name that holds one is refused, a narrative keeps it.
"""

from __future__ import annotations

import re

_OPEN = {"", "ASCII", "88591", "ISO88591", "LATIN1", "ISOIR100", "ISOIR6"}
_UTF_8 = {"UNICODEUTF8", "UTF8", "UNICODE"}
_WINDOWS = {"WINDOWS1252", "CP1252", "WIN1252", "ANSI"}
_PART = re.compile(r"(?:ISO)?8859([2-9]|1[013-6])")
_WESTERN = "cp1252"


def encoding_of(declared: str) -> str | None:
    """What a declared set is read by: a codec, `` for one that the bytes decide, or None for one that is not read."""
    name = re.sub(r"[^A-Z0-9]", "", declared.upper())
    if name in _OPEN:
        return ""
    if name in _UTF_8:
        return "utf-8"
    if name in _WINDOWS:
        return _WESTERN
    part = _PART.fullmatch(name)
    return f"iso8859_{part[1]}" if part else None


def decode(raw: bytes, encoding: str) -> tuple[str, str]:
    """The text, and the codec that it was read by."""
    if encoding:
        return raw.decode(encoding, "replace"), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return raw.decode(_WESTERN, "replace"), _WESTERN
