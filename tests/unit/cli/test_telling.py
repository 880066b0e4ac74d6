"""An event's story in lines: in brief for whoever watches, in full with codes for who has to answer for it."""

from rich.console import Console

from hub.people.telling import lines, plain

STORY = {
    "decisions": [
        {
            "subject": "1", "recipient": "school.glenmore-primary", "role": "designated_safeguarding_lead",
            "outcome": "share", "isp": "ISP-POL-EDU-001@3", "clause": "tell-dsl", "by": "2026-03-09T08:45:00Z",
            "released": {"child.name": "full"}, "withheld": ["child.sex", "child.address", "concern.actions_taken"],
            "reasons": ["Told as its school."], "revision": 1,
        }
    ],
    "reviews": [], "revisions": [], "same_id": [], "history": [], "sent_as": "e", "event_id": "e",
    "deliveries": [
        {
            "delivery_id": "d", "recipient": "school.glenmore-primary", "role": "designated_safeguarding_lead",
            "attempts": 1, "channel": "webhook", "status": "accepted", "reason": None, "purpose": "disclose",
            "unacknowledged": [],
            "due_by": "2026-03-09T08:45:00Z",
            "receipts": [
                {"layer": "accepted", "at": "2026-03-07T23:12:01Z"},
                {"layer": "opened", "at": "2026-03-09T08:05:10Z"},
                {"layer": "acted", "at": "2026-03-09T08:05:50Z"},
            ],
        }
    ],
}  # fmt: skip


def told(*, brief):
    console = Console(width=400, no_color=True)
    with console.capture() as shown:
        for line in lines(STORY, brief=brief):
            console.print(line)
    return [line.strip() for line in shown.get().splitlines()]


def test_in_brief_items_are_told_in_words_and_a_minute_is_named_once():
    decided, withheld, delivered = told(brief=True)
    told_of = "school.glenmore-primary (designated safeguarding lead)"
    assert decided == f"told {told_of} under ISP-POL-EDU-001@3, due Mon 09 Mar 08:45"
    assert withheld == "withheld: child (sex, address), concern (actions taken)"
    assert delivered == f"disclose {told_of} by webhook: accepted Sat 07 Mar 23:12, opened, acted Mon 09 Mar 08:05"


def test_in_full_items_keep_the_names_that_agreements_have():
    assert "withheld: child.sex, child.address, concern.actions_taken" in told(brief=False)


def test_items_are_told_in_the_order_of_the_catalogue():
    assert (
        plain(["concern.summary", "child.date_of_birth", "child.name"])
        == "child (name, date of birth), concern (summary)"
    )
    assert plain([]) == ""
