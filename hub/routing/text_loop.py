"""Opens texts that wait, as reviewers ask: to be read, or to be sent. Runs in the router, which holds the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from hub.asking.notices import NewDelivery
from hub.asking.tasks import asked, of_text
from hub.facts.errors import Reason, Unopenable
from hub.facts.model import DeliveryKey
from hub.keys.reading import seal_to_read
from hub.ledger import kinds
from hub.ledger.entry import Entry, Stamp
from hub.log import logger
from hub.matching.register.register import Register
from hub.redaction.passages import encode_passages
from hub.routing.asked_loop import FAULT, GONE, AskedLoop, held
from hub.routing.attempts import MOST_ATTEMPTS
from hub.routing.batch_store import Connect
from hub.routing.cases import Case
from hub.routing.context import Context
from hub.routing.texts import OpenTexts, Standing, TextRequest, decide_now, is_held, open_texts, stands, supplement
from hub.routing.texts_store import TextStore, Unreadable

OVERTAKEN = "it was taken back, corrected or decided anew meanwhile"
NOTHING_LEFT = "nothing of it can be shown as the ISP asks"
ON_HOLD = "the disclosure that it follows is held by an operator"
NO_KEY = "its recipient has no key to seal to"
OTHER_PARTS = "its masks belong to another text"
NOT_RELEASED = "the rules and agreements in force do not release it to its recipient any more"
TELLS_MORE = "what its recipient may not know of it is not what it was when it was read, so it is to be read again"


@dataclass(slots=True)
class TextLoop(AskedLoop[TextStore]):
    """One request at a time; what waits longest first."""

    name: ClassVar[str] = "texts"
    asks: ClassVar[str] = "text_request"

    @classmethod
    def of(cls, connect: Connect, context: Context, register: Register) -> Self:
        """On a connection that `connect` opens when it is needed."""
        return cls(held(TextStore.open, connect), context, register)

    def _once(self, store: TextStore) -> bool:
        store.forget(self.context.now())
        with store.connection.transaction():
            request = store.take(self.context.rules.version)
            if request is None:
                return False
            if isinstance(request, Unreadable):
                store.give_back(request.seq, self.context.now())
                return True
            if isinstance(request, int):
                store.end(request, self.context.now(), failed=OVERTAKEN)
                return True
            self._in_hand = request.seq
            self._carry_out(store, request)
        return True

    def _carry_out(self, store: TextStore, request: TextRequest) -> None:
        if request.record is None or request.attempts >= MOST_ATTEMPTS:
            self._give_up(store, request, FAULT if request.record else GONE)
            return
        texts = open_texts(request, request.record, self.context)
        if isinstance(texts, Reason):
            self._give_up(store, request, f"its record is refused now ({texts})")
        elif request.verdict is None:
            self._show(store, request, texts)
        else:
            self._send(store, request, texts)

    def _show(self, store: TextStore, request: TextRequest, texts: OpenTexts) -> None:
        standing = self._decide_now(store, request, texts, self._case(store, texts))
        to_read = seal_to_read(self.context.keys, encode_passages(standing.passages), request.task_id)
        store.end(request.seq, self.context.now(), to_read=to_read, marked=standing.marked)
        store.enter(self._opened(request))

    def _send(self, store: TextStore, request: TextRequest, texts: OpenTexts) -> None:
        case = self._case(store, texts)
        if not stands(request, texts, case):
            self._overtaken(store, request)
            return
        made = ON_HOLD if is_held(request, case) else self._supplement(store, request, texts, case)
        if isinstance(made, str):
            self._not_sent(store, request, made)
            self._give_up(store, request, made)
            return
        store.send(made)
        store.enter(self._opened(request), made.entry(self.context.random(16)))
        store.end(request.seq, self.context.now())

    def _supplement(self, store: TextStore, request: TextRequest, texts: OpenTexts, case: Case) -> NewDelivery | str:
        """What is to go, as it is decided now; or why nothing goes."""
        standing = self._decide_now(store, request, texts, case)
        if not standing.releases(request.parts):
            return NOT_RELEASED
        if standing.marked != request.marked:
            return TELLS_MORE
        try:
            made = supplement(request, texts, standing, self.context)
        except Unopenable:
            return OTHER_PARTS
        if made is None:
            return NOTHING_LEFT
        return made if made.body is not None else NO_KEY

    def _case(self, store: TextStore, texts: OpenTexts) -> Case:
        event = texts.checked.event
        return store.read_cases([texts.checked]).of(event.source, event.case_key)

    def _decide_now(self, store: TextStore, request: TextRequest, texts: OpenTexts, case: Case) -> Standing:
        subjects = {subject for _, subject in request.known.values() if subject}
        found = self.register.look_up(store.connection, sorted(subjects)) if subjects else {}
        return decide_now(request, texts, found, case, self.context)

    def _overtaken(self, store: TextStore, request: TextRequest) -> None:
        """Whoever is to hear hears by what overtook it."""
        store.end(request.seq, self.context.now(), failed=OVERTAKEN)
        self._not_sent(store, request, OVERTAKEN)

    def _not_sent(self, store: TextStore, request: TextRequest, why: str) -> None:
        """That a text which was released did not go is on record."""
        event_id, stamp = request.waits.event_id, Stamp(self.context.now(), self.context.random(16))
        store.enter(kinds.text_not_sent(request.seq, request.task_id, event_id, why, stamp))
        logger().warning("text_not_sent", event_id=str(event_id), reason=why)

    def _opened(self, request: TextRequest) -> Entry:
        stamp, event_id = Stamp(self.context.now(), self.context.random(16)), request.waits.event_id
        return kinds.text_opened(request.seq, request.task_id, event_id, request.opens, request.verdict, stamp)

    def _give_up(self, store: TextStore, request: TextRequest, why: str) -> None:
        """The question is open again, with why nothing came of the answer."""
        now, waits = self.context.now(), request.waits
        about = asked(waits.event_id, request.source, request.tier, now, self.context.desks)
        key = DeliveryKey(waits.event_id, waits.subject, request.recipient, revision=waits.revision)
        sentence = f"The text could not be opened: {why}." if request.verdict is None else f"It was not sent: {why}."
        store.ask(of_text(about, key, [sentence]), self.context.random)
        store.end(request.seq, now, failed=why)
        logger().error("text_not_opened", event_id=str(waits.event_id), reason=why)
