"""Words of pages: each that a page says is in the catalogue, each in the catalogue is said, and languages agree."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from hub.console.pages.frame.words import ENGLISH, LANGUAGES, PAGES, read_words
from hub.facts.offices import Duty
from hub.facts.terms import Role, Tier

WORDS = read_words()
KEYS = sorted(WORDS[ENGLISH].english)
ROOMS = sorted({key.partition(".")[0] for key in KEYS})
SOURCES = {
    path: path.read_text(encoding="utf-8") for path in sorted(PAGES.rglob("*")) if path.suffix in {".html", ".py"}
}
_SAID = re.compile(r"""say\(\s*"([\w.]+)"\s*([,)~])""")
_JOINED = re.compile(r"""("[\w.]+"(?: ~ (?:"[\w.]+"|\{[^}]*\}[\w.(), ]*|\([^)]*\)|[\w.]+))+)""")
_FILLED = re.compile(rf"""f["']((?:{"|".join(ROOMS)})\.(?:[^"'{{]|\{{[^}}]*\}})*)["']""")
_WRITTEN = re.compile(rf"""["']((?:{"|".join(ROOMS)})(?:\.\w+)+)["']""")


def patterns() -> list[re.Pattern[str]]:
    """What pages say: whole keys, and keys that are put together, of which any word may fill a gap."""
    joined, filled, whole = (
        {found for text in SOURCES.values() for found in pattern.findall(text)}
        for pattern in (_JOINED, _FILLED, _WRITTEN)
    )
    parts = [[re.escape(part[1:-1]) if part[0] == '"' else r"[\w.]+" for part in one.split(" ~ ")] for one in joined]
    gaps = [[re.escape(part) for part in re.split(r"\{[^}]*\}", one)] for one in filled]
    texts = ["".join(one) for one in parts] + [r"[\w.]+".join(one) for one in gaps] + [re.escape(one) for one in whole]
    return [re.compile(rf"{text}(\.(one|other|title|said))?") for text in texts]


def test_each_word_that_a_page_says_is_in_the_catalogue() -> None:
    missing = [
        f"{path.relative_to(PAGES)}: {key}"
        for path, text in SOURCES.items()
        for key, after in _SAID.findall(text)
        if after != "~" and not (WORDS[ENGLISH].has(key) or WORDS[ENGLISH].has(f"{key}.other"))
    ]
    assert missing == []


def test_each_word_of_the_catalogue_is_said_somewhere() -> None:
    said = patterns()
    unsaid = [key for key in KEYS if not any(one.fullmatch(key) for one in said)]
    assert [key for key in unsaid if not key.startswith(("frame.office.", "frame.tier."))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_another_language_are_of_keys_that_there_are_and_speak_of_the_same(language: str) -> None:
    own = WORDS[language].own
    assert sorted(set(own) - set(KEYS)) == []
    assert [key for key in own if placeholders(own[key]) != placeholders(WORDS[ENGLISH].english[key])] == []


def test_only_english_was_checked_by_a_speaker() -> None:
    assert {language: WORDS[language].checked for language in LANGUAGES} == {"en": True, "cy": False}


def test_words_hold_no_markup() -> None:
    assert [key for key, text in WORDS[ENGLISH].english.items() if "<" in text] == []


@pytest.mark.parametrize(("kind", "terms"), [("office", [*Role, *Duty]), ("tier", list(Tier))])
def test_each_office_and_tier_has_its_words(kind: str, terms: list[str]) -> None:
    assert all(WORDS[ENGLISH].term(kind, term) for term in terms)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
