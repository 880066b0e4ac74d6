"""The register's pages: a record's review, a split, and what is undone. Over real PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

from hub.facts.terms import Relationship
from hub.matching.register.records import SourceRecord
from hub.matching.rolls.importing import import_rows
from hub.matching.rolls.roll import RollRow
from tests.builders import ISLA, a_concern
from tests.contract.test_reviewing_pages import HUBS, REVIEWER, a_second, follows, orlas
from tests.pages import Visitor, a_signed_in, sign_in
from tests.town import TWIN, Town


def a_record_review(town: Town) -> tuple[str, str, str]:
    """The path of a review of the practice's record of Isla, whose subject it is, and the one proposed."""
    moved = replace(ISLA, chi_number=None, postcode="ZG9 9ZZ", address="1 Other Lane")
    row = RollRow(2, SourceRecord("gp.glenmore", "D-9", Relationship.REGISTERED_PATIENT, moved))
    with town.parts.connect() as connection:
        list(import_rows(connection, town.parts.register, [row]))
    [(review, own, [proposed])] = town.query(
        "select review_id, r.subject_id, candidates from subject_review join source_record r using (record_id)"
    )
    return f"/register/reviews/{review}", str(own), str(proposed)


def changes(town: Town) -> list[str]:
    return [kind for (kind,) in town.query("select kind from subject_change order by change_id")]


def looks_of(town: Town, visitor: Visitor) -> list[tuple[str, str]]:
    return sorted(town.query("select what, about from look where person_id = %s", visitor.person_id))


async def merge(one: str, other: str, *people: Visitor) -> str:
    """Each of two people says that these are one child; the page of the merge."""
    for person in people:
        seen = await person.post(f"/register/subjects/{one}/merge", other=other)
        sent = await person.post(
            f"/register/subjects/{one}/merge", other=other, follows=follows(seen.text), words="one child"
        )
    return sent.to


def records_offered(text: str) -> list[str]:
    return re.findall(r'name="record"[^>]* value="([0-9]+)"', text)


# --- a record's review ------------------------------------------------------------------------------------------------


async def test_a_records_review_opens_by_a_form_alone_and_each_child_seen_is_a_look(town: Town) -> None:
    path, own, proposed = a_record_review(town)
    async with a_signed_in(town, HUBS) as visitor:
        assert f'href="{path}"' in (await visitor.get("/register")).text
        assert "Abercorn" not in (await visitor.get(path)).text
        assert looks_of(town, visitor) == []
        opened = await visitor.post(path)
        assert (opened.status, "Abercorn" in opened.text) == (200, True)
        assert looks_of(town, visitor) == sorted([("subject", own), ("subject", proposed)])
        other = sign_in(town, visitor.url, visitor.session, REVIEWER)
        for verb in (other.get(path), other.post(path), other.post(f"{path}/answer", answer="different")):
            assert (await verb).status == 404
        assert looks_of(town, other) == []
    assert changes(town) == []


async def test_a_records_match_is_kept_of_the_first_made_by_the_second_and_told_to_whoever_is_late(town: Town) -> None:
    path, _, proposed = a_record_review(town)
    answer = {"answer": f"match {proposed}", "words": "the mother rang"}
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        sent = await visitor.post(f"{path}/answer", **answer)
        assert "Nothing moves until another person" in (await visitor.get(sent.to)).text
        assert (await visitor.post(f"{path}/answer", **answer)).status == 409
        assert changes(town) == ["propose"]
        sent = await second.post(f"{path}/answer", **answer)
        assert sent.status == 303
        assert (await second.get(sent.to)).status == 200
        assert "This review is over" in (await visitor.get(path)).text
        for late in (path, f"{path}/answer"):
            assert (await visitor.post(late, **answer)).status == 409
    assert changes(town) == ["propose", "join"]


async def test_a_records_answer_without_sense_changes_nothing_and_another_child_is_not_proposed_again(
    town: Town,
) -> None:
    path, _, _ = a_record_review(town)
    async with a_signed_in(town, HUBS) as visitor:
        for answer in ("", "match", "match x", "not_on_register", "different x"):
            seen = await visitor.post(f"{path}/answer", answer=answer, words="kept words")
            assert (seen.status, "kept words" in seen.text) == (422, True)
        assert (await visitor.post(f"{path}/answer", answer=f"match {uuid4()}")).status == 422
        assert changes(town) == []
        assert (await visitor.post(f"{path}/answer", answer="different")).status == 303
        assert "No record waits" in (await visitor.get("/register")).text
        assert (await visitor.get("/register/reviews/999999")).status == 404
    assert changes(town) == ["different"]


# --- a split, and what is undone --------------------------------------------------------------------------------------


async def test_a_split_that_has_no_sense_is_refused_in_a_sentence_and_parts_nobody(town: Town) -> None:
    one, other = orlas(town)
    split = f"/register/subjects/{one}/split"
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        await merge(one, other, visitor, second)
        records = records_offered((await visitor.get(f"/register/subjects/{one}")).text)
        assert len(records) == 2
        for chosen in ([], [("record", "x")], [("record", "999999")], [("record", one) for one in records]):
            assert (await visitor.post(split, chosen)).status == 422
        assert (await visitor.post(f"/register/subjects/{uuid4()}/split", record=records[0])).status == 422
        seen = await visitor.post(split, record=records[1])
        assert (await visitor.post(split, record=records[1], follows=follows(seen.text))).status == 422, (
            "nobody said why"
        )
        assert changes(town) == ["propose", "merge"]


async def test_a_split_may_leave_what_was_routed_as_it_is_and_is_undone_after_what_follows_was_seen(
    town: Town,
) -> None:
    one, other = orlas(town)
    split = f"/register/subjects/{one}/split"
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        await merge(one, other, visitor, second)
        town.send(a_concern().about(TWIN).made())
        record = records_offered((await visitor.get(f"/register/subjects/{one}")).text)[-1]
        fields = {"record": record, "words": "two children", "recalls": "yes", "recall": "leave"}
        seen = await visitor.post(split, record=record)
        change = (await visitor.post(split, follows=follows(seen.text), **fields)).to
        assert town.query("select count(*) from resumption") == [(0,)], "nothing is decided anew"
        assert "They are two children now" in (await visitor.get(change)).text

        undo = f"{change}/undo"
        other_desk = sign_in(town, visitor.url, visitor.session, REVIEWER)
        assert (await other_desk.post(undo)).status == 404
        seen = await visitor.post(undo)
        assert changes(town) == ["propose", "merge", "split"], "it was only shown"
        assert (await visitor.post(undo, follows=follows(seen.text))).status == 422, "nobody said why"
        stale = await visitor.post(undo, follows="0" * 32, words="it was one")
        assert "something has changed" in stale.text
        sent = await visitor.post(undo, follows=follows(seen.text), words="it was one")
        assert (sent.status, (await visitor.get(sent.to)).status) == (303, 200)
        assert (await visitor.post(undo)).status == 409, "it was undone already"
        assert f'action="{undo}"' not in (await visitor.get(change)).text
    assert changes(town) == ["propose", "merge", "split", "undo"]
    assert town.query(
        "select count(distinct subject_id) from source_record where subject_id in (%s, %s)", one, other
    ) == [(1,)]


async def test_of_a_merge_that_is_undone_it_is_shown_whom_it_may_have_routed_wrongly(town: Town) -> None:
    one, other = orlas(town)
    async with a_signed_in(town, HUBS) as visitor, a_second(town, visitor, HUBS) as second:
        made = await merge(one, other, visitor, second)
        town.send(a_concern().about(TWIN).made())
        seen = await visitor.post(f"{made}/undo")
        assert "1 child of a concern was routed by what proves wrong." in seen.text
        fields = {"follows": follows(seen.text), "words": "two children", "recalls": "yes"}
        assert (await visitor.post(f"{made}/undo", **fields)).status == 422, "whether it is decided anew is asked"
        assert (await visitor.post(f"{made}/undo", recall="recall", **fields)).status == 303
        assert (await visitor.post("/register/changes/999999/undo")).status == 422
        assert (await visitor.get("/register/changes/999999")).status == 404
    assert town.query("select cause from resumption") == [("wrong_match",)]
    assert changes(town) == ["propose", "merge", "undo"]
