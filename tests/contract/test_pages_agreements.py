"""What IG officers see on pages: agreements, who would hear, stories, decisions not to share."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import uuid4

from hub.facts.offices import Duty
from hub.facts.terms import Role
from tests.builders import ISLA, a_concern
from tests.pages import a_signed_in, sign_in
from tests.town import ACADEMY, PRIMARY, Town

POLICE = "police.caledon"
IG = (POLICE, Duty.IG_OFFICER)
REF = "ISP-POL-EDU-001@3"
QUESTION = {
    "source": POLICE,
    "event": "concern.raised",
    "category": "domestic_abuse",
    "age": "8",
    "organisation_1": PRIMARY,
    "relationship_1": "enrolled",
    "day": "2026-03-07",
    "time": "23:10",
}


async def test_the_register_and_an_agreement_are_read_in_sentences(town: Town) -> None:
    async with a_signed_in(town, IG) as visitor:
        register = await visitor.get("/agreements")
        assert f'href="/agreements/{REF}"' in register.text
        assert "In force" in register.text
        assert "UK GDPR Article 6(1)(e)" in register.text
        school = sign_in(town, visitor.url, visitor.session, (PRIMARY, Duty.IG_OFFICER))
        ours = await school.get("/agreements?whose=ours")
        assert "ISP-POL-LA-001" in register.text
        assert (REF in ours.text, "ISP-POL-LA-001" in ours.text) == (True, False)
        document = await visitor.get(f"/agreements/{REF}")
        assert (
            "Police may tell the designated safeguarding lead of a school where the child is on roll." in document.text
        )
        assert "Only the postcode district of" in document.text
        assert "Nothing is told to any organisation where the alleged perpetrator reads." in document.text
        assert "all 4 have signed" in document.text or "have signed" in document.text
        assert (await visitor.get("/agreements/ISP-POL-EDU-001@99")).status == 404


async def test_who_would_hear_answers_at_an_address_that_can_be_sent_on(town: Town) -> None:
    async with a_signed_in(town, IG) as visitor:
        empty = await visitor.get("/who-would-hear")
        assert '<option value="police.caledon" selected' in empty.text
        assert 'id="answer"' not in empty.text
        heard = await visitor.get("/who-would-hear?" + urlencode(QUESTION))
        assert heard.status == 200
        for said in (
            "Told",
            "Glenmore Primary",
            "By Monday 9 March 2026 at 08:45.",
            REF,
            "Only the postcode district of",
        ):
            assert said in heard.text
        assert "does not apply, because" in heard.text
        at_home = await visitor.get("/who-would-hear?" + urlencode(QUESTION | {"flag": "home_educated"}))
        assert "education welfare" in at_home.text
        wrong = await visitor.get("/who-would-hear?" + urlencode(QUESTION | {"age": "eight"}))
        assert wrong.status == 422
        assert "age must be a whole number of years" in wrong.text
        assert 'value="eight"' in wrong.text, "what was typed is not lost"
    assert town.query("select count(*) from event") == [(0,)]


async def test_coverage_names_every_hole_in_words(town: Town) -> None:
    async with a_signed_in(town, IG) as visitor:
        seen = await visitor.get("/coverage")
    assert "Raised by police" in seen.text
    assert "designated safeguarding lead (school), ISP-POL-EDU-001@3 tell-dsl" in seen.text
    assert "at college, 16 to 17: no rule speaks of it" in seen.text


async def test_only_those_who_answer_for_rules_see_and_try_them(town: Town) -> None:
    async with a_signed_in(town, (PRIMARY, Role.HEAD_TEACHER)) as head:
        auditor = sign_in(town, head.url, head.session, (PRIMARY, Duty.AUDITOR))
        for path in ("/agreements", f"/agreements/{REF}", "/who-would-hear", "/not-shared", f"/events/{uuid4()}"):
            assert (await head.get(path)).status == 404
        assert (await auditor.get("/agreements")).status == 200
        assert (await auditor.get("/who-would-hear")).status == 404


async def test_a_story_is_its_sources_whole_a_recipients_in_part_and_nobody_elses(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update delivery set status = 'accepted', settled_at = hub.now()")
    page = f"/events/{concern.event_id}"
    async with a_signed_in(town, IG) as source:
        recipient = sign_in(town, source.url, source.session, (PRIMARY, Duty.IG_OFFICER))
        other = sign_in(town, source.url, source.session, (ACADEMY, Duty.IG_OFFICER))
        whole, part = await source.get(page), await recipient.get(page)
        assert "Not told" in whole.text
        assert "You see what was told to your organisation" in part.text
        assert "Not told" not in part.text
        assert (await other.get(page)).status == 404
    seen = town.query("select person_id, organisation, what, event_id from look order by at")
    assert sorted(seen, key=str) == sorted(
        [
            (source.person_id, POLICE, "story", concern.event_id),
            (recipient.person_id, PRIMARY, "story", concern.event_id),
        ],
        key=str,
    )


async def test_a_source_sees_why_its_own_record_could_not_be_used_whoever_sent_one_of_that_id_before(
    town: Town,
) -> None:
    event_id = uuid4()
    for offset, (source, reason) in enumerate((("nhs.elsewhere", "too_large"), (POLICE, "part_mismatch"))):
        town.change(
            "insert into dead_letter (dead_letter_id, topic, partition, record_offset, event_id, source, reason, owner,"
            " owner_role, opened_at, due_by, status) values (%s, 'concern.urgent', 0, %s, %s, %s, %s, %s, 'operator',"
            " now(), now(), 'open')",
            uuid4(),
            offset,
            event_id,
            source,
            reason,
            source,
        )
    async with a_signed_in(town, IG) as source:
        recipient = sign_in(town, source.url, source.session, (PRIMARY, Duty.IG_OFFICER))
        seen = await source.get(f"/events/{event_id}")
        assert (seen.status, "part mismatch" in seen.text, "too large" in seen.text) == (200, True, False)
        assert (await recipient.get(f"/events/{event_id}")).status == 404


async def test_decisions_not_to_share_are_listed_with_their_grounds(town: Town) -> None:
    concern = a_concern().about(ISLA).made()
    town.send(concern)
    town.change("update decision set outcome = 'withhold'")
    async with a_signed_in(town, IG) as visitor:
        seen = await visitor.get("/not-shared")
        assert f"/events/{concern.event_id}" in seen.text
        assert "Rule da-school tells the designated safeguarding lead" in seen.text
        assert (await visitor.get("/not-shared?before=x")).status == 404
        after = f"2026-01-01T00:00:00.000000Z_{uuid4()}"
        assert "Everybody who ought to have heard was told." in (await visitor.get(f"/not-shared?before={after}")).text
