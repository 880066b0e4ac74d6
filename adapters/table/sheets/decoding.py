"""Bytes to text: by the encoding that the mapping names, and only where the bytes agree; never a letter guessed at.

A wrong encoding spoils names without anybody seeing it, and a name that is spoilt matches wrongly.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from adapters.table.sheets.rows import FileFault

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = re.compile("[\x80-\x9f]")
_NO_TEXT = "file: is not text (line {line}): it may be a spreadsheet, a compressed file, or damaged."


class Encoding(StrEnum):
    """What a mapping may say of a text file."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1252 = "windows-1252"
    LATIN_1 = "latin-1"
    DETECT = "detect"


def decode(raw: bytes, encoding: Encoding) -> str:
    """The text, without its byte order mark. Raises FileFault where the bytes are no such text."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked is not None:
        _must_agree(encoding, Encoding.UTF_8 if marked == "utf-8-sig" else Encoding.UTF_16)
        return _text(raw, marked)
    match encoding:
        case Encoding.UTF_8:
            return _text(raw, "utf-8")
        case Encoding.UTF_16:
            raise FileFault("file: lacks the byte order mark that UTF-16 text begins with.")
        case Encoding.DETECT:
            return _text(raw, "utf-8" if _is_utf8(raw) else "cp1252", detected=True)
        case Encoding.WINDOWS_1252 | Encoding.LATIN_1:
            if not raw.isascii() and _is_utf8(raw):
                raise FileFault(f"file: is UTF-8 text, and the mapping says {encoding}: correct file.encoding.")
            return _text(raw, "cp1252" if encoding is Encoding.WINDOWS_1252 else "latin-1")


def _must_agree(said: Encoding, found: Encoding) -> None:
    if said not in {found, Encoding.DETECT}:
        raise FileFault(f"file: begins as {found} text, and the mapping says {said}: correct file.encoding.")


def _is_utf8(raw: bytes) -> bool:
    """Whether it is UTF-8 throughout. Raises FileFault for what is so in part: then no encoding reads all of it."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        if _UTF8_LETTER.search(raw):
            raise FileFault("file: is UTF-8 text in one place and not in another: export it in one encoding.") from None
        return False
    return True


def _text(raw: bytes, codec: str, *, detected: bool = False) -> str:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        if codec == "utf-8" and not detected:
            raise FileFault(f"file: is not UTF-8 text (line {line}): name its encoding as file.encoding.") from None
        raise FileFault(f"file: holds a byte that its encoding has no letter for (line {line}).") from None
    if found := _CONTROLS.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise FileFault(f"file: holds a control character where a letter belongs (line {line}): check file.encoding.")
    if "\0" in text:
        raise FileFault(_NO_TEXT.format(line=text.count("\n", 0, text.index("\0")) + 1))
    return text
