"""A safeguarding lead at the pages: what waits, one concern on one sheet, and what they say of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

from pypdf import PdfReader

from hub.facts.terms import Caveat, EventKind, Role
from tests.builders import ISLA, a_concern
from tests.pages import Visitor, a_person, a_session_of, a_signed_in, sign_in
from tests.told import SUMMARY, VOICE, a_night, told
from tests.town import PRIMARY, TWIN, Town

DSL = (PRIMARY, Role.DESIGNATED_SAFEGUARDING_LEAD)
POLICE = ("police.caledon", Role.DUTY_OFFICER)
KEEP = frozenset({Caveat.DO_NOT_RAISE_WITH_PARENTS, Caveat.DELETE_BY})


def facts(town: Town, kind: str) -> list[dict[str, object]]:
    return [
        json.loads(bytes(one))
        for (one,) in town.query("select facts from ledger_entry where kind = %s order by seq", kind)
    ]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


async def confirmed(visitor: Visitor, delivery_id: UUID) -> None:
    assert (await visitor.post(f"/concerns/{delivery_id}/read")).to == f"/concerns/{delivery_id}/next"


async def test_from_what_waits_to_what_was_done(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    path = f"/concerns/{delivery_id}"
    async with a_signed_in(town, DSL, name="Fiona Lockhart") as visitor:
        listed = await visitor.get("/waiting")
        assert listed.status == 200
        assert "Concern from Caledon Police" in text_of(listed.text)
        assert "Read it before Monday&#39;s bell, 08:45" in text_of(listed.text)
        assert "Isla" not in listed.text
        assert facts(town, "read") == [], "a list opens nothing"

        seen = await visitor.get(path)
        shown = text_of(seen.text)
        assert seen.status == 200
        assert seen.headers["cache-control"] == "no-store"
        for words in (
            "Isla Abercorn",
            "14 September 2017 (8 years old)",
            SUMMARY,
            VOICE,
            "Fraser Abernethy , duty officer, Caledon Police: 01632 960134",
            "Clause tell-dsl of ISP-POL-EDU-001, version 3",
            "Let the school support the child from the start of the next school day.",
            "You hold the post of designated safeguarding lead, Glenmore Primary School.",
        ):
            assert words in shown, words
        assert "Isla" not in seen.text.partition("</title>")[0]
        assert [one["person"] for one in facts(town, "read")] == [str(visitor.person_id)]
        assert town.query("select what, person_id from look") == [("delivery", visitor.person_id)]
        assert town.query("select layer from receipt where layer > 1") == [(2,)], (
            "opening it is no word that it was read"
        )

        assert (await visitor.get(f"{path}/did")).to == path, "first somebody says that they read it"
        await confirmed(visitor, delivery_id)
        assert "Fiona Lockhart read it" in text_of((await visitor.get(f"{path}/next")).text)
        assert "Nothing waits for you." in (await visitor.get("/waiting")).text
        assert str(delivery_id) in (await visitor.get("/waiting/read")).text

        wrong = await visitor.post(f"{path}/did", words="Held her hand")
        assert wrong.status == 422
        assert "Held her hand" in wrong.text, "nothing typed is lost"
        chosen = [("did", "spoke_to_child"), ("did", "watching_over"), ("words", "Held her hand")]
        for _ in range(2):
            assert (await visitor.post(f"{path}/did", chosen)).to == f"{path}/next"
        assert str(delivery_id) in (await visitor.get("/waiting/done")).text
        assert "Held her hand" in (await visitor.get(path)).text
    assert [one["did"] for one in facts(town, "done")] == [["spoke_to_child", "watching_over"]], "a double click is one"
    assert town.query("select layer, by_person from receipt where layer > 2 order by 1") == [
        (3, visitor.person_id),
        (4, visitor.person_id),
    ]
    assert "Held her hand" not in town.dump()


async def test_what_was_typed_when_the_session_had_ended_comes_back_where_it_was_typed(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    path = f"/concerns/{delivery_id}"
    async with a_signed_in(town, DSL) as visitor:
        await confirmed(visitor, delivery_id)
        town.change("update session set ended_at = %s, ended_why = 'idle'", town.now)
        sent = await visitor.post(f"{path}/did", did="recorded", words="Held her hand")
        assert sent.to.startswith("/sign-in")
        assert facts(town, "done") == []
        kept = [cookie.split(";")[0] for cookie in sent.headers.getall("set-cookie")]
        assert visitor.person_id is not None
        visitor.cookie = a_session_of(town, visitor.person_id)
        again = await visitor.get(f"{path}/did", cookie="; ".join([f"hub={visitor.cookie}", *kept]))
    assert again.status == 200
    assert "Held her hand" in again.text


async def test_how_it_is_to_be_handled_stands_first_and_is_ticked(town: Town) -> None:
    [delivery_id] = told(town, replace(a_night(), caveats=KEEP, delete_by=date(2027, 3, 6)))
    path = f"/concerns/{delivery_id}"
    async with a_signed_in(town, DSL) as visitor:
        shown = text_of((await visitor.get(path)).text)
        handling = shown.index("Do not raise this with the child&#39;s parents or carers.")
        assert handling < shown.index(SUMMARY)
        assert "Delete this by 6 March 2027." in shown

        refused = await visitor.post(f"{path}/read", handling="delete_by")
        assert refused.status == 422
        assert 'href="#handling-do_not_raise_with_parents"' in refused.text
        assert town.query("select count(*) from receipt where layer = 3") == [(0,)]

        both = [("handling", code.value) for code in KEEP]
        assert (await visitor.post(f"{path}/read", both)).to == f"{path}/next"
    assert sorted(town.query("select caveat, by_person from acknowledgement")) == [
        ("delete_by", visitor.person_id),
        ("do_not_raise_with_parents", visitor.person_id),
    ]


async def test_a_recall_while_it_is_open_is_shown_in_place_of_what_was_sent(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    path = f"/concerns/{delivery_id}"
    async with a_signed_in(town, DSL) as visitor:
        assert (await visitor.get(path)).status == 200
        town.now += timedelta(minutes=5)
        retraction = a_concern(kind=EventKind.RETRACTED, sequence=2).made()
        [recall] = told(town, retraction)

        for answer in (
            await visitor.post(f"{path}/read"),
            await visitor.post(f"{path}/did", did="recorded"),
            await visitor.post(f"{path}/ask", words="Was she hurt?"),
            await visitor.post(f"{path}/export", form="json"),
        ):
            assert answer.to == path
        gone = await visitor.get(path)
        assert gone.status == 410
        assert "Isla" not in gone.text
        assert "Caledon Police took it back" in text_of(gone.text)
        assert f"/concerns/{recall}" in gone.text
        assert town.query("select count(*) from receipt where layer = 3") == [(0,)]

        said = text_of((await visitor.get(f"/concerns/{recall}")).text)
        assert "What Caledon Police told you is taken back" in said
        assert "The sender took it back." in said
        assert "Taken back by Caledon Police" in text_of((await visitor.get("/waiting")).text)
        await confirmed(visitor, recall)


async def test_a_newer_version_is_named_on_the_list_and_on_the_page_of_the_older(town: Town) -> None:
    [first] = told(town, a_night())
    town.now += timedelta(minutes=30)
    update = (
        a_concern(kind=EventKind.UPDATED, sequence=2).about(ISLA).saying("concern.summary", "She is unhurt.").made()
    )
    [second] = told(town, update)
    async with a_signed_in(town, DSL) as visitor:
        assert "A newer version came" in (await visitor.get("/waiting")).text
        older = await visitor.get(f"/concerns/{first}")
        assert "Where they differ, the newer one stands." in text_of(older.text)
        assert f'href="/concerns/{second}"' in older.text
        newest = await visitor.get(f"/concerns/{second}")
        assert "She is unhurt." in newest.text
        assert f'href="/concerns/{first}"' in newest.text


async def test_one_childs_page_says_nothing_of_another_child_of_the_same_night(town: Town) -> None:
    both = a_concern().about(ISLA).about(TWIN).saying("concern.summary", "Only of Isla.", "1").made()
    deliveries = told(town, both)
    assert len(deliveries) == 2, "each child has a delivery of their own"
    async with a_signed_in(town, DSL) as visitor:
        pages = [(await visitor.get(f"/concerns/{one}")).text for one in deliveries]
    for page, other in zip(sorted(pages, key=lambda text: "Isla" in text), ("Isla", "Orla"), strict=True):
        assert other not in page
        assert "history" not in page, "the other child's is no version of it"


async def test_what_lies_at_another_post_is_not_told_from_what_is_not_there(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    async with a_signed_in(town, (PRIMARY, Role.HEAD_TEACHER)) as visitor:
        for path in ("", "/next", "/did", "/hand-over", "/ask", "/not-ours", "/export"):
            theirs, nobodys = [await visitor.get(f"/concerns/{one}{path}") for one in (delivery_id, uuid4())]
            assert (theirs.status, theirs.body) == (404, nobodys.body)
        for path in ("/read", "/did", "/hand-over", "/ask", "/not-ours", "/export"):
            theirs, nobodys = [
                await visitor.post(f"/concerns/{one}{path}", words="x", did="recorded", form="json")
                for one in (delivery_id, uuid4())
            ]
            assert (theirs.status, theirs.body) == (404, nobodys.body)
    assert town.query("select count(*) from look") == [(0,)]
    assert facts(town, "read") == []


async def test_a_link_of_another_site_and_a_fetch_ahead_open_no_concern(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    async with a_signed_in(town, DSL) as visitor:
        from_elsewhere = await visitor.get(f"/concerns/{delivery_id}", sec_fetch_site="cross-site")
        ahead = await visitor.get(f"/concerns/{delivery_id}", sec_purpose="prefetch")
    assert (from_elsewhere.status, ahead.status) == (403, 503)
    assert SUMMARY not in from_elsewhere.text + ahead.text
    assert facts(town, "read") == []


async def test_it_is_handed_to_a_colleague_of_the_same_post_who_finds_it_so_marked(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    path = f"/concerns/{delivery_id}/hand-over"
    head = a_person(town, (PRIMARY, Role.HEAD_TEACHER), name="Margaret Sim")
    async with a_signed_in(town, DSL, name="Fiona Lockhart") as visitor:
        colleague = sign_in(town, visitor.url, visitor.session, DSL, name="Neil Baxter")
        shown = (await visitor.get(path)).text
        assert "Neil Baxter" in shown
        assert "Margaret Sim" not in shown, "who holds another post may not read it"
        assert (await visitor.post(path, to=str(head))).status == 422
        for _ in range(2):
            sent = await visitor.post(path, to=str(colleague.person_id), words="I am away tomorrow.")
            assert sent.to == f"/concerns/{delivery_id}/next"
        assert "Fiona Lockhart handed this to you." in (await colleague.get("/waiting")).text
        assert "Handed to Neil Baxter." in (await visitor.get("/waiting")).text
        assert "I am away tomorrow." in (await colleague.get(f"/concerns/{delivery_id}")).text
        await confirmed(colleague, delivery_id)
    assert len(facts(town, "handed_over")) == 1
    assert town.query("select taken_at is not null from handover") == [(True,)]


async def test_the_source_is_asked_with_a_clock_and_its_answer_shows_beside_the_concern(town: Town) -> None:
    concern = a_night()
    [delivery_id] = told(town, concern)
    path, words = f"/concerns/{delivery_id}", "Nobody of this name is on our roll."
    async with a_signed_in(town, DSL, name="Fiona Lockhart") as visitor:
        officer = sign_in(town, visitor.url, visitor.session, POLICE, name="Fraser Abernethy")
        council = sign_in(town, visitor.url, visitor.session, ("la.glenmore", Role.FRONT_DOOR), name="Lorna Petrie")
        for _ in range(2):
            assert (await visitor.post(f"{path}/not-ours", words=words)).to == f"{path}/next"
        [(ask_id, task_id)] = town.query("select ask_id, task_id from asked_back")
        assert town.query("select cause, owner, owner_role, due_by from review_task where task_id = %s", task_id) == [
            ("not_ours", "police.caledon", "duty_officer", town.now + timedelta(hours=12))
        ]
        [(body, tier)] = town.query("select body, tier from delivery where purpose = 'notify'")
        assert json.loads(body)["data"]["where"] == f"/asked/{ask_id}", "the source is told by its own channels"
        assert (words in str(body), tier) == (False, "urgent")
        assert "no answer yet" in (await visitor.get("/waiting")).text

        assert str(ask_id) in (await officer.get("/asked")).text
        assert str(ask_id) not in (await council.get("/asked")).text
        asked = await officer.get(f"/asked/{ask_id}")
        assert words in asked.text
        assert str(concern.event_id) in asked.text
        assert (await council.get(f"/asked/{ask_id}")).body == (await council.get(f"/asked/{uuid4()}")).body
        assert (await council.post(f"/asked/{ask_id}", answer="x")).status == 404

        assert (await officer.post(f"/asked/{ask_id}")).status == 422
        for answer in ("We had the wrong school.", "Something else."):
            assert (await officer.post(f"/asked/{ask_id}", answer=answer)).to == f"/asked/{ask_id}"
        assert "Your question was answered" in (await visitor.get("/waiting")).text
        shown = await visitor.get(path)
        assert "We had the wrong school." in shown.text
        assert "Something else." not in shown.text, "the first answer stands"
        assert "Your question was answered" not in (await visitor.get("/waiting")).text
    assert [one["kind"] for one in facts(town, "asked_back")] == ["not_ours", "answered"]
    assert town.query("select status from review_task where task_id = %s", task_id) == [("decided",)]
    assert town.query("select distinct person_id from look where what = 'ask'") == [(officer.person_id,)]
    for private in (words, "We had the wrong school."):
        assert private not in town.dump()


async def test_what_can_be_done_next_is_shown_without_words_and_no_answer_counts_as_seen_by_it(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    path = f"/concerns/{delivery_id}"
    async with a_signed_in(town, DSL, name="Fiona Lockhart") as visitor:
        officer = sign_in(town, visitor.url, visitor.session, POLICE, name="Fraser Abernethy")
        colleague = sign_in(town, visitor.url, visitor.session, DSL, name="Neil Baxter")
        await confirmed(visitor, delivery_id)
        await visitor.post(f"{path}/did", did="recorded", words="Held her hand")
        await visitor.post(f"{path}/hand-over", to=str(colleague.person_id), words="She trusts you.")
        await visitor.post(f"{path}/ask", words="Was she hurt?")
        [(ask_id,)] = town.query("select ask_id from asked_back")
        await officer.post(f"/asked/{ask_id}", answer="A bruised knee.")
        looks = town.query("select count(*) from look")

        seen = await visitor.get(f"{path}/next")
        assert "Fiona Lockhart" in seen.text, "that something was said, and by whom"
        for words in ("Held her hand", "She trusts you.", "Was she hurt?", "A bruised knee."):
            assert words not in seen.text
        await visitor.get(f"{path}/did")
        assert town.query("select count(*) from look") == looks
        assert town.query("select seen_at from asked_back") == [(None,)]

        opened = await visitor.get(path)
        for words in ("Held her hand", "She trusts you.", "Was she hurt?", "A bruised knee."):
            assert words in opened.text
        assert town.query("select seen_at from asked_back") == [(town.now,)]


async def test_what_is_taken_out_is_noted_with_its_digest_and_its_name_says_nothing(town: Town) -> None:
    concern = a_concern().about(ISLA).saying("concern.summary", "=HYPERLINK(1) said the note").made()
    [delivery_id] = told(town, concern)
    path = f"/concerns/{delivery_id}/export"
    async with a_signed_in(town, DSL) as visitor:
        taken = await visitor.post(path, form="json")
        assert taken.headers["content-disposition"] == f'attachment; filename="concern-{str(delivery_id)[:8]}.json"'
        assert taken.headers["cache-control"] == "no-store"
        assert json.loads(taken.body)["data"]["items"]["child.name"]["given_names"] == "Isla"
        row = (await visitor.post(path, form="csv")).text
        assert "'=HYPERLINK(1) said the note" in row, "a spreadsheet runs nothing of it"
        for none in ("exe", "zip"):
            assert (await visitor.post(path, form=none)).status == 422
    noted = [(one["form"], len(str(one["digest"]))) for one in facts(town, "exported")]
    assert noted == [("json", 64), ("csv", 64)]
    assert [one for (one,) in town.query("select form from export order by at, form desc")] == ["json", "csv"]


async def test_pdf_is_one_sheet(town: Town) -> None:
    [delivery_id] = told(town, a_night())
    async with a_signed_in(town, DSL) as visitor:
        taken = await visitor.post(f"/concerns/{delivery_id}/export", form="pdf")
    assert taken.status == 200
    assert taken.body.startswith(b"%PDF-")
    assert len(PdfReader(BytesIO(taken.body)).pages) == 1
