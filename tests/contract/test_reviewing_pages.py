"""The pages of reviewers: whose questions they see, what they open, and what follows. Over real PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from jinja2 import ChainableUndefined

from hub.console.pages.frame import serving
from hub.console.pages.frame.templates import make_templates
from hub.facts.offices import Duty
from hub.facts.terms import Role, Tier
from hub.people.reviewing.texts import Texts
from hub.redaction.passages import Passage
from tests.builders import a_concern
from tests.pages import Visitor, a_signed_in, sign_in
from tests.texts import TEXT, held_back, supplements
from tests.town import PRIMARY, TWIN, Town

CONFUSED = replace(TWIN, given_names="Oona")
REVIEWER, HUBS = ("police.caledon", Duty.REVIEWER), ("hub", Duty.REVIEWER)


class Loud(ChainableUndefined):
    """A name that a template does not know is a defect where it would be read."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()

    __html__ = __str__


@pytest.fixture(autouse=True)
def _loud_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "make_templates", lambda: make_templates(Loud))


def a_twin_in_review(town: Town, tier: Tier = Tier.URGENT) -> tuple[Any, str]:
    concern = a_concern(tier=tier).about(CONFUSED).saying("concern.summary", "Awake on the stairs.").made()
    town.send(concern)
    [(task_id,)] = town.query(
        "select task_id from review_task where event_id = %s and cause = 'match'", concern.event_id
    )
    return concern, str(task_id)


def a_task(town: Town, cause: str, *why: str, owner: str = "police.caledon") -> str:
    concern = a_concern().about(CONFUSED).made()
    town.send(concern)
    task = uuid4()
    town.change(
        "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
        "status) values (%s, %s, '1', %s, %s, %s, 'duty_officer', 'urgent', %s, %s, 'open')",
        *(task, concern.event_id, cause, list(why), owner, town.now, town.now),
    )
    return str(task)


def kinds(town: Town) -> list[str]:
    return [kind for (kind,) in town.query("select kind from ledger_entry order by at, kind")]


@asynccontextmanager
async def a_second(town: Town, first: Visitor, *posts: Any) -> AsyncIterator[Visitor]:
    yield sign_in(town, first.url, first.session, *(posts or (REVIEWER,)), name="Angus Other")


def subjects_shown(text: str) -> list[str]:
    return re.findall(r'value="match ([0-9a-f-]{36})"', text)


# --- the queue --------------------------------------------------------------------------------------------------------


async def test_a_reviewer_sees_the_questions_of_their_desk_alone_and_no_child(town: Town) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        seen = await visitor.get("/reviews")
        assert f'href="/reviews/{task}"' in seen.text
        assert "Which child is this concern about?" in seen.text
        assert "Oona" not in seen.text
        assert 'href="/register"' not in seen.text
        other = sign_in(town, visitor.url, visitor.session, ("nhs.caledon-infirmary", Duty.REVIEWER))
        assert "Nothing waits for you." in (await other.get("/reviews")).text
        hubs = sign_in(town, visitor.url, visitor.session, HUBS)
        assert task in (await hubs.get("/reviews")).text
        assert 'href="/register"' in (await hubs.get("/reviews")).text


async def test_another_desks_question_is_not_told_from_none(town: Town) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, ("nhs.caledon-infirmary", Duty.REVIEWER)) as visitor:
        for path in ("", "/answer"):
            theirs = await visitor.post(f"/reviews/{task}{path}", answer="not_on_register")
            nobodys = await visitor.post(f"/reviews/{uuid4()}{path}", answer="not_on_register")
            assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (404, nobodys.body)
        assert (await visitor.get(f"/reviews/{task}")).status == 404
    assert town.query("select count(*) from review_answer") == [(0,)]
    assert "review_opened" not in kinds(town)


async def test_a_page_of_the_queue_that_is_none_is_not_here(town: Town) -> None:
    async with a_signed_in(town, REVIEWER) as visitor:
        assert (await visitor.get("/reviews?after=2026-01-01~x")).status == 404
        assert (await visitor.get(f"/reviews?after=2026-01-01T00:00:00~{uuid4()}")).status == 404


async def test_what_a_reader_asks_is_answered_where_readers_questions_are_and_not_as_a_review(town: Town) -> None:
    task, ask = a_task(town, "more"), uuid4()
    town.change(
        "insert into delivery (delivery_id, event_id, subject, recipient, role, purpose, revision, tier, status, "
        "next_attempt_at, due_by, created_at) select %s, event_id, subject, 'x', 'gp', 'disclose', 1, 'urgent', "
        "'accepted', opened_at, due_by, opened_at from review_task where task_id = %s",
        *(ask, task),
    )
    town.change(
        "insert into asked_back (ask_id, delivery_id, kind, person_id, at, words_key, words, task_id) "
        "values (%s, %s, 'more', %s, now(), '', '', %s)",
        *(ask, ask, ask, task),
    )
    async with a_signed_in(town, REVIEWER) as visitor:
        assert f'href="/reviews/{task}"' in (await visitor.get("/reviews")).text
        seen = await visitor.get(f"/reviews/{task}")
        assert ("no question for a reviewer" in seen.text, "Send my answer" in seen.text) == (True, False)
        assert (await visitor.post(f"/reviews/{task}/answer", answer="done")).status == 404
        other = sign_in(town, visitor.url, visitor.session, REVIEWER, ("police.caledon", Role.DUTY_OFFICER))
        assert f'href="/asked/{ask}"' in (await other.get("/reviews")).text


async def test_more_questions_than_a_page_holds_go_on_on_the_next_with_none_twice(town: Town) -> None:
    first = a_task(town, "delivery")
    town.change(
        "insert into review_task (task_id, event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
        "status) select gen_random_uuid(), event_id, subject, cause, why, owner, owner_role, tier, opened_at, due_by, "
        "'open' from review_task cross join generate_series(1, 60) where task_id = %s",
        first,
    )
    found: list[str] = []
    async with a_signed_in(town, REVIEWER) as visitor:
        path = "/reviews"
        while path:
            text = (await visitor.get(path)).text
            found += re.findall(r'class="hub-row__first" href="/reviews/([0-9a-f-]{36})"', text)
            [path, *_] = [*re.findall(r'href="(/reviews\?after=[^"]+)"', text), ""]
    assert len(found) == len(set(found)) == 62, "sixty-one, and which child it is about"


# --- which child ------------------------------------------------------------------------------------------------------


async def test_a_review_opens_by_a_form_alone_and_who_looked_is_kept(town: Town) -> None:
    concern, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        closed = await visitor.get(f"/reviews/{task}")
        assert "Brannock" not in closed.text
        assert "review_opened" not in kinds(town)
        opened = await visitor.post(f"/reviews/{task}")
    assert opened.status == 200
    assert "Brannock" in opened.text
    assert re.search(r'<span class="hub-differs">[a-z ,]+</span>', opened.text), "what differs is said in words, too"
    assert "The sum is now" in opened.text
    assert "Awake on the stairs" not in opened.text, "content is nobody's on this side"
    assert kinds(town).count("review_opened") == 1
    looked = town.query("select what, about, event_id from look where person_id = %s", visitor.person_id)
    shown = subjects_shown(opened.text)
    assert set(looked) == {("review", task, concern.event_id), *(("subject", one, None) for one in shown)}
    assert shown


async def test_an_answer_is_given_as_the_person_signed_in_and_the_page_says_what_happens_next(town: Town) -> None:
    concern, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        [first, *_] = subjects_shown((await visitor.post(f"/reviews/{task}")).text)
        sent = await visitor.post(f"/reviews/{task}/answer", answer=f"match {first}", words="the mother rang")
        assert (sent.status, sent.to) == (303, f"/reviews/{task}")
        assert "goes to whoever is to hear of that child" in (await visitor.get(sent.to)).text
    [(answer_id, key, sealed)] = town.query("select answer_id, by_key, by_sealed from review_answer")
    words = town.parts.evidence.open_act(key, sealed, answer_id.bytes)
    assert (words.who.person_id, words.reason) == (visitor.person_id, f"to answer review {task}: the mother rang")
    town.decide_anew()
    assert town.told(concern) == {PRIMARY: "disclose"}


async def test_a_double_click_and_a_slower_reviewer_are_told_that_it_was_answered_and_not_by_whom(town: Town) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor, a_second(town, visitor) as other:
        assert (await visitor.post(f"/reviews/{task}/answer", answer="not_on_register")).status == 303
        for one in (visitor, other):
            for path in (f"/reviews/{task}/answer", f"/reviews/{task}"):
                again = await one.post(path, answer="different")
                assert again.status == 409
                assert "Answered already" in again.text
                assert "Margaret Sim" not in again.text or one is visitor
    assert town.query("select verdict from review_answer") == [("not_on_register",)]


@pytest.mark.parametrize(
    "answer", ["", "done", "match", "match x", f"match {'0' * 8} ", "release", "not_on_register x"]
)
async def test_an_answer_without_sense_shows_the_page_again_with_what_is_wrong(town: Town, answer: str) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        seen = await visitor.post(f"/reviews/{task}/answer", answer=answer, words="kept words")
    assert seen.status == 422
    assert "There is a problem" in seen.text
    assert "kept words" in seen.text
    assert town.query("select count(*) from review_answer") == [(0,)]


async def test_where_two_are_needed_the_first_is_not_the_second_and_is_not_told_to_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.settings = town.settings.model_copy(update={"second_reviewer": frozenset({Tier.IMMEDIATE})})
    monkeypatch.setattr(town.parts, "settings", town.settings)
    concern, task = a_twin_in_review(town, Tier.IMMEDIATE)
    async with a_signed_in(town, REVIEWER) as visitor, a_second(town, visitor) as other:
        await visitor.post(f"/reviews/{task}/answer", answer="not_on_register")
        again = await visitor.post(f"/reviews/{task}/answer", answer="not_on_register")
        assert (again.status, "Another person must say the same" in again.text) == (409, True)
        shown = await other.get(f"/reviews/{task}")
        assert "Another person must say the same before it counts" in shown.text
        assert "not on the register" not in shown.text
        assert "Second person needed" in (await other.get("/reviews")).text
        assert (await other.post(f"/reviews/{task}/answer", answer="not_on_register")).status == 303
    town.decide_anew()
    assert "la.glenmore" in town.told(concern)


async def test_of_a_question_of_sharing_the_decisions_own_words_say_what_is_missing(town: Town) -> None:
    why = "ISP-POL-EDU-001@3: nobody knows whether the child is of nursery age."
    task = a_task(town, "sharing", why)
    async with a_signed_in(town, REVIEWER) as visitor:
        seen = await visitor.get(f"/reviews/{task}")
        assert why in seen.text
        assert "which fact is missing" in seen.text
        assert (await visitor.post(f"/reviews/{task}")).status == 404, "there is nothing to open"
        assert (await visitor.post(f"/reviews/{task}/answer", answer="match")).status == 422
        assert (await visitor.post(f"/reviews/{task}/answer", answer="done")).status == 303
        assert "A person saw to it" in (await visitor.get(f"/reviews/{task}")).text.replace("a person", "A person")


async def test_two_who_look_at_one_moment_are_both_in_the_ledger(town: Town) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, REVIEWER) as visitor, a_second(town, visitor) as other:
        for one in (visitor, other):
            assert (await one.post(f"/reviews/{task}")).status == 200
    assert kinds(town).count("review_opened") == 2
    looked = {person for (person,) in town.query("select person_id from look where about = %s", task)}
    assert looked == {visitor.person_id, other.person_id}


# --- texts ------------------------------------------------------------------------------------------------------------


async def test_a_text_is_asked_for_waited_for_read_masked_previewed_and_sent(town: Town) -> None:
    concern, task = held_back(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        assert f'href="/texts/{task}"' in (await visitor.get("/reviews")).text
        assert "The text is sealed" in (await visitor.get(f"/texts/{task}")).text
        assert (await visitor.post(f"/texts/{task}")).to == f"/texts/{task}"
        waits = await visitor.get(f"/texts/{task}")
        assert (waits.headers["refresh"], "A router is opening" in waits.text) == ("2", True)
        town.open_texts()
        ready = await visitor.get(f"/texts/{task}")
        assert ("refresh" in ready.headers, "Harbour" in ready.text) == (False, False)
        text = (await visitor.post(f"/texts/{task}/open")).text
        assert "<mark>40 Harbour Rise</mark>" in text
        assert "[tells: an address]" in text
        masks = [("mask", one) for one in re.findall(r'name="mask" value="([0-9:-]+)"', text)]
        preview = (await visitor.post(f"/texts/{task}/preview", masks)).text
        assert "Harbour" not in preview
        assert "[withheld]" in preview
        sent = await visitor.post(f"/texts/{task}/answer", [*masks, ("answer", "mask")])
        assert sent.status == 303
        assert "follows within seconds" in (await visitor.get(sent.to)).text
        assert (await visitor.post(f"/texts/{task}/open")).status == 409
    town.open_texts()
    assert len(supplements(town, concern)) == 1
    assert town.query("select distinct what from look") == [("text",)]


async def test_a_text_that_nobody_opened_is_not_sent(town: Town) -> None:
    _, task = held_back(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        seen = await visitor.post(f"/texts/{task}/answer", answer="release")
    assert seen.status == 422
    assert "Nobody has read this text" in seen.text
    assert "hub reviews" not in seen.text


async def test_of_an_original_the_title_alone_is_shown_and_that_nobody_has_read_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task = held_back(town)
    original = Passage(7, "concern.document", "00", "Letter of discharge")
    monkeypatch.setattr(Texts, "read", lambda *_: [original])
    async with a_signed_in(town, REVIEWER) as visitor:
        for path in ("open", "preview"):
            seen = await visitor.post(f"/texts/{task}/{path}")
            assert "Letter of discharge" in seen.text
            assert "nobody here can read what you would release" in seen.text
            assert 'type="checkbox"' not in seen.text


async def test_a_text_is_left_out_and_one_of_anothers_desk_is_not_here(town: Town) -> None:
    _, task = held_back(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        other = sign_in(town, visitor.url, visitor.session, ("nhs.caledon-infirmary", Duty.REVIEWER))
        for path in ("", "/open", "/preview", "/answer"):
            assert (await other.post(f"/texts/{task}{path}", answer="leave_out")).status == 404
        assert (await visitor.post(f"/texts/{task}/answer", answer="leave_out")).status == 303
        assert "does not read this text" in (await visitor.get(f"/texts/{task}")).text
    assert TEXT not in town.dump()


# --- the register -----------------------------------------------------------------------------------------------------


def orlas(town: Town) -> list[str]:
    """Two subjects that are one child: the twin on the school's roll, and on the academy's."""
    town.enrol("gp.glenmore", replace(TWIN, nhs_number=None, postcode="ZG9 9ZZ"))
    keys = [town.parts.register.local_keys(PRIMARY, f"{PRIMARY}-1-Orla")[0]]
    keys += [town.parts.register.local_keys("gp.glenmore", "gp.glenmore-0-Orla")[0]]
    return [str(town.query("select subject_id from source_record where local_key = %s", key)[0][0]) for key in keys]


def follows(text: str) -> str:
    [digest] = re.findall(r'name="follows" value="([0-9a-f]{32})"', text)
    return str(digest)


async def test_the_register_is_for_reviewers_of_the_hub_alone(town: Town) -> None:
    subject, _ = orlas(town)
    async with a_signed_in(town, REVIEWER) as visitor:
        for path in ("/register", f"/register/subjects/{subject}", "/register/changes/1", "/register/reviews/1"):
            assert (await visitor.get(path)).status == 404
        for path in ("/split", "/merge"):
            assert (await visitor.post(f"/register/subjects/{subject}{path}", record="1")).status == 404


async def test_a_merge_is_seen_first_proposed_by_one_and_made_by_another(town: Town) -> None:
    one, other = orlas(town)
    merge = f"/register/subjects/{one}/merge"
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        seen = await visitor.post(merge, other=other)
        assert "Two children become one, with 2 records." in seen.text
        assert "routed by" not in seen.text
        assert town.query("select count(*) from subject_change") == [(0,)]
        assert (await visitor.post(merge, other=other, follows=follows(seen.text))).status == 422, "nobody said why"
        sent = await visitor.post(merge, other=other, follows=follows(seen.text), words="the school rang")
        assert "Nothing moves until another person" in (await visitor.get(sent.to)).text
        mine = await visitor.post(merge, other=other, follows=follows(seen.text), words="the school rang")
        assert mine.status == 409
        assert "Merge proposed as change" in (await second.get("/register")).text
        seen = await second.post(merge, other=other)
        sent = await second.post(merge, other=other, follows=follows(seen.text), words="so it is")
        assert "The two are one child now" in (await second.get(sent.to)).text
    assert town.query("select kind from subject_change order by change_id") == [("propose",), ("merge",)]


async def test_what_follows_from_a_split_is_shown_and_done_only_as_it_was_shown(town: Town) -> None:
    one, other = orlas(town)
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        for person in (visitor, second):
            seen = await person.post(f"/register/subjects/{one}/merge", other=other)
            await person.post(
                f"/register/subjects/{one}/merge", other=other, follows=follows(seen.text), words="one child"
            )
        concern = a_concern().about(TWIN).made()
        town.send(concern)
        page = await visitor.get(f"/register/subjects/{one}")
        assert "Brannock" not in page.text
        opened = await visitor.post(f"/register/subjects/{one}")
        assert "Brannock" in opened.text
        record = re.findall(r'name="record"[^>]* value="([0-9]+)"', page.text)[-1]
        split = f"/register/subjects/{one}/split"
        seen = await visitor.post(split, record=record)
        assert "1 child of a concern was routed by what proves wrong." in seen.text
        stale = await visitor.post(split, record=record, follows="0" * 32, words="two", recall="recall", recalls="yes")
        assert "something has changed" in stale.text
        unsaid = await visitor.post(split, record=record, follows=follows(seen.text), words="two", recalls="yes")
        assert unsaid.status == 422
        fields = {"record": record, "follows": follows(seen.text), "words": "two", "recalls": "yes"}
        sent = await visitor.post(split, recall="recall", **fields)
        assert (await visitor.get(sent.to)).status == 200
    assert town.query("select cause from resumption") == [("wrong_match",)]
    assert town.query("select kind from subject_change order by change_id") == [("propose",), ("merge",), ("split",)]


async def test_a_wrong_child_is_said_after_seeing_who_was_told(town: Town) -> None:
    concern = a_concern().about(TWIN).made()
    town.send(concern)
    here = f"/wrong-child/{concern.event_id}/1"
    async with a_signed_in(town, REVIEWER) as visitor:
        seen = await visitor.get(here)
        assert "has not left and may be stopped" in seen.text
        assert (await visitor.post(here, words="it is the sister")).status == 422
        sent = await visitor.post(here, words="it is the sister", sure="yes")
        assert "It is decided anew within seconds" in (await visitor.get(sent.to)).text
        other = sign_in(town, visitor.url, visitor.session, ("nhs.caledon-infirmary", Duty.REVIEWER))
        assert (await other.get(here)).status == 404
        assert (await visitor.get(f"/wrong-child/{concern.event_id}/9")).status == 404
    assert "wrong_match" in kinds(town)


async def test_who_holds_a_role_at_a_recipient_reviews_nothing(town: Town) -> None:
    _, task = a_twin_in_review(town)
    async with a_signed_in(town, (PRIMARY, Role.HEAD_TEACHER), ("police.caledon", Duty.OPERATOR)) as visitor:
        for path in ("/reviews", f"/reviews/{task}", "/register", f"/texts/{task}"):
            assert (await visitor.get(path)).status == 404
