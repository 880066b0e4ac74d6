"""Words of pages, in catalogues: each room's `en.toml` and `cy.toml`, whose keys bear the room's name before them.

Words are text, never markup. `{name}` in them is filled in; `.one` and `.other` below a key are chosen by `count`.
A catalogue that says `checked = false` is shown with a banner; what it lacks is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent.parent
ENGLISH, WELSH = "en", "cy"
LANGUAGES = (ENGLISH, WELSH)


@dataclass(frozen=True, slots=True)
class Words:
    """Says a key in one language."""

    language: str
    checked: bool
    own: Mapping[str, str]
    english: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """The words; raises KeyError for a key that no catalogue has, as a test of all templates would find."""
        text = self._find(key, values)
        return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        """Whether there are such words."""
        return key in self.own or key in self.english

    def term(self, kind: str, word: Any) -> str:
        """A word of the hub's own lists as people read it: `term("office", post.office)`."""
        return self(f"frame.{kind}.{word}")

    def _find(self, key: str, values: Mapping[str, Any]) -> str:
        if "count" in values and not self.has(key):
            key += ".one" if values["count"] == 1 else ".other"
        return self.own[key] if key in self.own else self.english[key]


def read_words(folder: Path = PAGES) -> dict[str, Words]:
    """Every language's, by its code."""
    read = {language: dict(_read(folder, language)) for language in LANGUAGES}
    english = {key: text for key, text in read[ENGLISH].items() if isinstance(text, str)}
    return {
        language: Words(
            language,
            all(text is not False for text in found.values()),
            {key: text for key, text in found.items() if isinstance(text, str)},
            english,
        )
        for language, found in read.items()
    }


def _read(folder: Path, language: str) -> Iterator[tuple[str, str | bool]]:
    for path in sorted(folder.glob(f"*/{language}.toml")):
        yield from _flat(path.parent.name, tomllib.loads(path.read_text(encoding="utf-8")))


def _flat(before: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str | bool]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{before}.{key}", value)
        else:
            yield f"{before}.{key}", value
