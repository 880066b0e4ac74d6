"""Texts that wait for a person: asked of the router, read, and answered: released, left out, or sent with masks.

The router alone holds the keys that open content. What it opened to be read is sealed to the hub's review key, the one
key of this side; it is erased once the question is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hub.facts.act import Act
from hub.facts.errors import KeyMissing, Overtaken, Unopenable, UserError
from hub.facts.terms import Answer, State, Unsent
from hub.keys.evidence import SealedWords
from hub.keys.provider import KeyProvider
from hub.keys.reading import open_to_read
from hub.ledger import kinds
from hub.ledger.store import enter
from hub.people.desk import Desk
from hub.people.looks import Look, look
from hub.people.reviewing.child import Child
from hub.redaction.passages import MOST_MASKS, Mask, Passage, binding, decode_passages, encode_masks
from hub.store.sqlfiles import sql

TEXT = "text"
NOT_READ = "Nobody has read this text: run `hub reviews read {task}`, and then `hub reviews show {task} --open`."


class Standing(StrEnum):
    """How far a text that waits has come towards being read."""

    NOT_ASKED = "not_asked"
    """Nobody asked, or what was opened is erased."""
    ASKED = "asked"
    """A router has yet to open it."""
    FAILED = "failed"
    OPENED = "opened"
    SHUT = "shut"
    """Opened for a review key that is not here any more."""


class _Task(NamedTuple):
    task_id: UUID
    child: Child
    status: str


@dataclass(frozen=True, slots=True)
class Texts:
    """A reviewer of texts at a desk. `keys`: the review key is all that is used of them."""

    desk: Desk
    keys: KeyProvider

    def ask_to_read(self, task_id: UUID, act: Act, *, again: bool = False) -> None:
        """Have the router open a text; the ledger keeps who asked, and why. Raises UserError where none waits.

        What lies here opened is not opened anew, unless nobody here can read it, or `again` says so.
        """
        task = self._open_task(task_id)
        again = again or self._is_shut(task_id)
        self.desk.do("ask_for_text", task=task_id, verdict=None, key=None, masks=None, at=act.at, again=again)
        said = self.desk.evidence.seal_act(act, task_id.bytes)
        enter(self.desk.connection, kinds.text_asked(task_id, *task.child, said, self.desk.stamp(act)))

    def standing(self, task_id: UUID) -> Standing:
        """How far it is; opens nothing."""
        asked = self.desk.row("text_asked", task=task_id)
        if asked is not None and asked["waits"]:
            return Standing.ASKED
        found = self.desk.row("opened_text", task=task_id)
        if found is None or (found["sealed"] is None and not found["failed"]):
            return Standing.NOT_ASKED
        if found["failed"]:
            return Standing.FAILED
        return Standing.OPENED if self.keys.holds(found["sealed_key"]) else Standing.SHUT

    def read(self, task_id: UUID, act: Act) -> list[Passage]:
        """What the router opened; the ledger keeps who read it, and why. Raises UserError where nothing is opened."""
        task = self._open_task(task_id)
        found = self._opened(task_id)
        said = self.desk.evidence.seal_act(act, task_id.bytes)
        entry = kinds.review_opened(task_id, *task.child, said, self.desk.stamp(act))
        look(self.desk, Look("text", str(task_id), task.child.event_id), act.by, entry)
        return found

    def send(self, task_id: UUID, answer: Answer, masks: Sequence[Mask], act: Act) -> None:
        """Have the router send what was read: as it is, or with these passages masked."""
        found = {passage.part: passage for passage in self._opened(task_id)}
        sealed = SealedWords("", b"")
        if masks:
            _check_masks(masks, found)
            digests = {number: bytes.fromhex(passage.digest) for number, passage in found.items()}
            sealed = self.desk.evidence.seal(encode_masks(masks), binding(task_id.bytes, digests))
        key, value = (sealed.key_id, sealed.sealed) if masks else (None, None)
        self.desk.do("ask_for_text", task=task_id, verdict=answer, key=key, masks=value, at=act.at, again=True)

    def send_again(self, task_id: UUID) -> None:
        """Have what was answered last carried out once more; raises UserError where nobody answered yet."""
        asked = {"tasks": [task_id], "by_hub": False, "rules_version": None}
        if not self.desk.connection.execute(sql("text_again", "hub.routing"), asked).fetchall():
            raise UserError("Nobody has said yet that this text may go: answer release, mask or leave_out.")

    def leave_out(self, task_id: UUID, act: Act) -> None:
        """What was released before and stopped on its way does not go any more."""
        task = self._open_task(task_id)
        for row in self.desk.rows("leave_out_text", task=task_id):
            stamp = self.desk.stamp(act)
            enter(
                self.desk.connection,
                kinds.unsent(row["delivery_id"], task.child.event_id, State.CANCELLED, Unsent.LEFT_OUT, stamp),
            )

    def _open_task(self, task_id: UUID) -> _Task:
        found = self.desk.row("claim_review", task=task_id)
        if found is None:
            raise UserError("There is no review of this id: `hub reviews list` shows them.")
        if found["cause"] != TEXT:
            raise UserError("This review is about no text: `hub reviews show` says what is asked.")
        if found["status"] == "decided":
            raise Overtaken("This review was answered already: `hub reviews show` says how.")
        return _Task(task_id, Child(found["event_id"], found["subject"]), found["status"])

    def _opened(self, task_id: UUID) -> list[Passage]:
        found = self.desk.row("opened_text", task=task_id)
        if found is None:
            raise UserError(NOT_READ.format(task=task_id))
        if found["failed"]:
            raise UserError(f"The router could not open this text: {found['failed']}. Ask again: `hub reviews read`.")
        if found["sealed"] is None:
            raise UserError("The router has not opened this text yet: it does within a second, where one runs.")
        try:
            return decode_passages(open_to_read(self.keys, found["sealed_key"], found["sealed"], task_id))
        except (KeyMissing, Unopenable) as error:
            raise UserError(
                "The review key that this text is sealed to is not here (`hub keys list`): "
                f"`hub reviews read {task_id}` has it opened anew, under the one of now."
            ) from error

    def _is_shut(self, task_id: UUID) -> bool:
        """Whether a text lies here opened, for a review key that is not here any more."""
        found = self.desk.row("opened_text", task=task_id)
        return found is not None and found["sealed"] is not None and not self.keys.holds(found["sealed_key"])


def _check_masks(masks: Sequence[Mask], found: dict[int, Passage]) -> None:
    """Raise UserError where a mask lies outside the texts that were read."""
    if len(masks) > MOST_MASKS:
        raise UserError(f"At most {MOST_MASKS} passages can be masked.")
    for mask in masks:
        if mask.part not in found:
            raise UserError(f"There is no part {mask.part} in this review: `hub reviews show --open` lists them.")
        if not 0 <= mask.start < mask.end <= len(found[mask.part].text):
            raise UserError(f"Part {mask.part} has no passage from {mask.start} to {mask.end}.")
