"""What each text of a concern tells of its other items: marked at the agency, where everything is in clear. Pure.

The hub holds a text back by its marks without opening it. A mark says which item of whom, never a word of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hub.facts.model import Concern, ContentPart, Repeat
from hub.looking.held import Thing, of_content, of_identity, of_person, texts_in
from hub.looking.looking import Lens


def mark(concern: Concern) -> Concern:
    """The concern, each text of it with what it repeats; a part that is no text stays as it is."""
    lens = Lens(_things(concern))
    return replace(concern, content=tuple(_marked(part, lens) for part in concern.content))


def _marked(part: ContentPart, lens: Lens) -> ContentPart:
    texts = texts_in(part.item, part.value)
    if not texts:
        return part
    found = frozenset(hit.repeats for text in texts for hit in lens.look(text, part.subjects))
    return replace(part, repeats=found)


def _things(concern: Concern) -> Iterator[Thing]:
    """Everything that the concern holds. A person whom no content part names is about every child of it."""
    everyone = [subject.key for subject in concern.subjects]
    for subject in concern.subjects:
        yield from of_identity(subject.key, subject.identity)
    for part in concern.content:
        yield from of_content(part.item, part.subjects, part.value)
    items = {part.item for part in concern.content}
    for person in concern.people or ():
        item = f"person.{person.role}"
        if item not in items:
            told = {"name": person.name, "date_of_birth": person.date_of_birth, "contact": person.contact}
            yield from of_person(Repeat.of(item, *everyone), told)
