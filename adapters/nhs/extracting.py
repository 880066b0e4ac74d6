"""The text of a PDF or RTF document: run as a program of its own, for a document may be made to eat a machine.

Reads the document from its standard input and writes UTF-8 text to its standard output; its one argument is the format.
Whoever starts it bounds its time; here are bounded its memory, its processor time, its pages and what it writes.
Imports nothing of ours, so that it starts quickly and alone.
"""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Callable, Iterator

MEMORY = 512 * 1024 * 1024
"""Bytes that the program may map, the interpreter and its libraries included."""
SECONDS = 2
"""Of processor time."""
MAX_PAGES = 200
MAX_TEXT = 1_000_000
"""Characters that are read before the rest is let be; what a concern takes of a text is far less."""
UNPACKED = 32 * 1024 * 1024
"""Bytes that one stream of a PDF may have once it is unpacked."""
MAX_STEPS = 200_000
"""Operands and operators of one page."""
NO_TEXT, TOO_MUCH, BROKEN = 3, 4, 5
"""Exit codes: there is no text in it; it is more than this program reads; it is no such document."""


def main() -> int:
    """Read one document; the exit code says what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    raw = sys.stdin.buffer.read()
    text, size = [], 0
    try:
        for piece in _pdf(raw) if sys.argv[1] == "pdf" else _rtf(raw):
            size += len(piece)
            if size > MAX_TEXT:
                return TOO_MUCH
            text.append(piece)
    except (MemoryError, RecursionError, OverflowError):
        return TOO_MUCH
    except Exception as error:  # noqa: BLE001 - a reader of broken documents breaks in every way
        return TOO_MUCH if type(error).__name__ == "LimitReachedError" else BROKEN
    sys.stdout.buffer.write("\n\n".join(text).encode("utf-8", "replace"))
    return 0 if any(piece.strip() for piece in text) else NO_TEXT


class _TooManyPages(MemoryError):
    """The document has more pages than are read."""


def _pdf(raw: bytes) -> Iterator[str]:
    import pypdf  # noqa: PLC0415 - after the limits are set

    pypdf.overwrite_configuration(
        zlib_maximum_output_length=UNPACKED,
        lzw_maximum_output_length=UNPACKED,
        run_length_maximum_output_length=UNPACKED,
        array_based_stream_maximum_output_length=UNPACKED,
        stream_decoding_work_maximum_length=2 * UNPACKED,
        stream_parsing_work_maximum_count=MAX_STEPS,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    )
    pages = pypdf.PdfReader(io.BytesIO(raw)).pages
    if len(pages) > MAX_PAGES:
        raise _TooManyPages
    for page in pages:
        yield page.extract_text()


def _rtf(raw: bytes) -> Iterator[str]:
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - after the limits are set

    read: Callable[..., str] = rtf_to_text
    yield read(raw.decode("cp1252", "replace"), encoding="cp1252", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
