"""`hub people` and whoever acts by command: from the first coordinator on, on real PostgreSQL."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from hub.cli import cli
from hub.facts.act import How
from hub.facts.clock import utc_now
from hub.facts.offices import Duty
from hub.facts.terms import Role
from hub.keys.evidence import Evidence
from hub.keys.files import FileKeys
from hub.people.accounts.tokens import make_token
from hub.people.callers import TokenChecks
from hub.people.desk import Desk
from hub.settings import Settings
from hub.store.connecting import connect
from tests.accounts import PRIMARY, a_person, by, holding

TYPED = ("--by", "R. Root", "--reason", "a fresh hub")
OTHER = ("--by", "S. Second", "--reason", "I know her")
WHY = ("--reason", "as agreed")
NOBODY = "00000000-0000-4000-8000-000000000000"


class Terminal:
    """A terminal at the hub's machine."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings, self.environment = settings, monkeypatch

    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(cli, [*map(str, arguments)])

    def done(self, *arguments: object) -> dict:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output + str(result.exception)
        return json.loads(result.stdout)

    def refused(self, *arguments: object) -> str:
        result = self.run(*arguments)
        assert result.exit_code != 0, result.output
        return str(result.exception) + result.output

    def sits(self, person_id: UUID | str | None) -> None:
        """This person has a token here; None: nobody has."""
        if person_id is None:
            self.environment.delenv("HUB_PERSON_TOKEN", raising=False)
            return
        checks = TokenChecks(FileKeys(self.settings.keys))
        with self.desk() as desk:
            token = make_token(desk, UUID(str(person_id)), How.PASSKEY, checks, by("A. Grantor", utc_now()))
        self.environment.setenv("HUB_PERSON_TOKEN", token)

    def gives(self, person_id: str, office: Duty | Role, organisation: str) -> None:
        with self.desk() as desk:
            holding(desk, UUID(person_id), office, organisation)

    def desk(self):
        from contextlib import contextmanager

        @contextmanager
        def opened():
            with connect(str(self.settings.database_url), autocommit=True) as connection:
                yield Desk(connection, Evidence(FileKeys(self.settings.keys)))

        return opened()


@pytest.fixture
def terminal(prepared: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_HOME", str(prepared.home))
    monkeypatch.setenv("HUB_RULES", str(prepared.rules))
    monkeypatch.setenv("COLUMNS", "60")
    return Terminal(prepared.model_copy(update={"database_url": database_url}), monkeypatch)


@pytest.fixture
def una(terminal: Terminal) -> str:
    """The hub's first coordinator, at the terminal."""
    una = terminal.done("people", "add", "hub", "--name", "Una Coordinator", *TYPED)["person_id"]
    granted = terminal.done("people", "post", "grant", una, "coordinator", *TYPED)
    terminal.done("people", "post", "second", granted["post_id"], *OTHER)
    terminal.sits(una)
    return str(una)


def test_from_the_first_coordinator_on_nobody_acts_by_a_typed_name(terminal: Terminal) -> None:
    person = terminal.done("people", "add", "hub", "--name", "Una Coordinator", *TYPED)["person_id"]
    assert "first coordinator" in terminal.refused("people", "post", "grant", person, "operator", *TYPED)
    granted = terminal.done("people", "post", "grant", person, "coordinator", *TYPED)
    assert granted["waits"]
    assert "neither who granted" in terminal.refused("people", "post", "second", granted["post_id"], *TYPED)
    terminal.done("people", "post", "second", granted["post_id"], *OTHER)
    assert "hub sign-in" in terminal.refused("people", "add", "hub", "--name", "O. Perator", *TYPED)
    assert "hub sign-in" in terminal.refused("people", "add", "hub", "--name", "O. Perator", *WHY)
    terminal.sits(person)
    terminal.done("people", "add", "hub", "--name", "O. Perator", *WHY)
    assert "hub sign-in" in terminal.refused("people", "add", "hub", "--name", "O. Perator", *TYPED)


def test_a_coordinator_keeps_people_and_what_they_hold(terminal: Terminal, una: str) -> None:
    operator = terminal.done("people", "add", "hub", "--name", "O. Perator", "--telephone", "07700 900123", *WHY)
    person = operator["person_id"]
    lapsed = ("--trained-until", "2020-01-01")
    post = terminal.done("people", "post", "grant", person, "operator", *lapsed, *WHY)["post_id"]
    shown = terminal.run("people", "list")
    assert shown.exit_code == 0
    assert "Perator" not in shown.output
    assert "operator (training ran out)" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 60
    untrained = terminal.run("people", "list", "--untrained", "--json").output
    assert json.loads(untrained) == {"organisation": "hub", "office": "operator"}
    terminal.done("people", "trained", post, "--until", "2099-01-01", *WHY)
    opened = terminal.done("people", "show", person[:8], "--open", *WHY)
    assert (opened["name"], opened["posts"][0]["state"]) == ("O. Perator", "")
    terminal.done("people", "leave", post, "--since", "2020-01-01", "--until", "2020-02-01", *WHY)
    cover = terminal.done("people", "add", "hub", "--name", "C. Over", *WHY)["person_id"]
    days = ("--since", "2020-01-01", "--until", "2099-01-01")
    assert "asks for training" in terminal.refused("people", "cover", post, cover, *days, *WHY)
    made = terminal.done("people", "cover", post, cover, *days, "--trained-until", "2099-01-01", *WHY)
    assert made["covers"] == post
    terminal.done("people", "post", "end", made["post_id"], *WHY)
    assert "ended already" in terminal.refused("people", "post", "end", made["post_id"], *WHY)
    terminal.done("people", "end", person, *WHY)
    assert "ended already" in terminal.refused("people", "end", person, *WHY)
    with connect(str(terminal.settings.database_url)) as connection:
        assert connection.execute("select what, person_id::text from look").fetchall() == [("people", una)]


def test_a_coordinator_of_the_hub_gives_another_organisation_its_coordinator_and_nothing_else(
    terminal: Terminal, una: str
) -> None:
    head = terminal.done("people", "add", PRIMARY, "--name", "Morag Sim", *WHY)["person_id"]
    assert "no coordinator of that organisation" in terminal.refused(
        "people", "post", "grant", head, "head_teacher", *WHY
    )
    assert terminal.done("people", "post", "grant", head, "coordinator", *WHY)["waits"]
    head = terminal.done("people", "add", PRIMARY, "--name", "Ewan Grant", *WHY)["person_id"]
    terminal.gives(head, Duty.COORDINATOR, PRIMARY)
    colleague = terminal.done("people", "add", PRIMARY, "--name", "R. Reader", *WHY)["person_id"]
    terminal.sits(head)
    waiting = terminal.done("people", "post", "grant", colleague, "reviewer", *WHY)["post_id"]
    terminal.sits(una)
    terminal.done("people", "post", "second", waiting, *WHY)
    terminal.done("people", "end", head, *WHY)
    head = terminal.done("people", "add", "la.glenmore", "--name", "Lorna Petrie", *WHY)["person_id"]
    terminal.gives(head, Duty.COORDINATOR, "la.glenmore")
    terminal.sits(head)
    mine = terminal.done("people", "add", "la.glenmore", "--name", "F. Door", *WHY)["person_id"]
    terminal.done("people", "post", "grant", mine, "front_door", *WHY)
    assert "no coordinator" in terminal.refused("people", "add", PRIMARY, "--name", "X", *WHY)
    assert "no coordinator" in terminal.refused("people", "end", una, *WHY)


@pytest.mark.parametrize(
    "command",
    [
        ("deliveries", "hold", NOBODY),
        ("deadletters", "close", NOBODY),
        ("sources", "release", "police.caledon"),
        ("reviews", "decide", NOBODY, "--verdict", "done"),
        ("reviews", "show", NOBODY, "--open"),
        ("subjects", "merge", NOBODY, NOBODY),
        ("keys", "revoke", "api-none"),
        ("people", "import"),
        ("people", "list", "--open"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_posts_that_are_not_at_the_hub_let_nobody_act_by_command(
    terminal: Terminal, una: str, command: tuple[str, ...]
) -> None:
    anybody = terminal.done("people", "add", PRIMARY, "--name", "Morag Sim", *WHY)["person_id"]
    for office in (Duty.OPERATOR, Duty.REVIEWER, Duty.COORDINATOR, Role.HEAD_TEACHER):
        terminal.gives(anybody, office, PRIMARY)
    terminal.sits(anybody)
    assert "one at the hub itself" in terminal.refused(*command, *WHY)


def test_an_operator_of_the_hub_acts_by_their_token(terminal: Terminal, una: str) -> None:
    assert "one at the hub itself" in terminal.refused("sources", "release", "police.caledon", *WHY), "una is none"
    terminal.gives(una, Duty.OPERATOR, "hub")
    assert "not in quarantine" in terminal.refused("sources", "release", "police.caledon", *WHY)


def test_the_glass_may_be_broken_which_the_ledger_keeps_but_not_for_what_takes_two(
    terminal: Terminal, una: str
) -> None:
    terminal.sits(None)
    glass = ("--break-glass", "N. Ight", *WHY)
    assert "not in quarantine" in terminal.refused("sources", "release", "police.caledon", *glass)
    head = terminal.done("people", "add", PRIMARY, "--name", "Morag Sim", *glass)["person_id"]
    assert "breaking the glass" in terminal.refused("people", "post", "grant", head, "coordinator", *glass)
    terminal.sits(una)
    granted = terminal.done("people", "post", "grant", head, "coordinator", *WHY)["post_id"]
    terminal.sits(None)
    assert "breaking the glass" in terminal.refused("people", "post", "second", granted, *glass)
    with connect(str(terminal.settings.database_url)) as connection:
        assert connection.execute("select count(*) from broken_glass").fetchone() == (4,)
    terminal.sits(una)
    listed = terminal.run("people", "glass")
    assert listed.exit_code == 0
    assert "Ight" not in listed.output
    opened = terminal.run("people", "glass", "--open", *WHY, "--json").stdout.splitlines()
    assert [json.loads(line)["by"] for line in opened] == ["N. Ight"] * 4


def test_holders_are_imported_once(terminal: Terminal, una: str) -> None:
    first = terminal.done("people", "import", *WHY)
    assert len(first["added"]) > 10
    again = terminal.done("people", "import", *WHY)
    assert (again["added"], len(again["unchanged"])) == ([], len(first["added"]))
    assert "Fiona" not in terminal.run("people", "list", "--organisation", PRIMARY).output


def test_a_token_without_a_page_is_for_the_embedded_database_alone(terminal: Terminal, una: str) -> None:
    assert "hub sign-in" in terminal.refused("people", "token", una)


def test_only_a_signatory_signs_where_the_hub_is_at_hand(terminal: Terminal, una: str) -> None:
    [agreement, *_] = sorted((terminal.settings.rules / "isps").glob("*.yaml"))
    refused = terminal.refused("isp", "sign", agreement, "--organisation", PRIMARY)
    assert f"no signatory of {PRIMARY}" in refused


def test_what_is_no_day_or_no_id_is_refused_in_a_sentence(terminal: Terminal, una: str) -> None:
    assert "is no day" in terminal.refused("people", "trained", NOBODY, "--until", "soon", *WHY)
    assert "No post has this id" in terminal.refused("people", "trained", NOBODY, "--until", "2099-01-01", *WHY)
    assert "no such organisation" in terminal.refused("people", "add", "school.nowhere", "--name", "X", *WHY)


def test_the_first_coordinator_is_let_in_by_a_link_and_lets_others_in(terminal: Terminal) -> None:
    una = terminal.done("people", "add", "hub", "--name", "Una Coordinator", *TYPED)["person_id"]
    link = terminal.done("people", "invite", una, *TYPED)["link"]
    assert link.startswith("http://localhost:8400/sign-in/invitation/")
    granted = terminal.done("people", "post", "grant", una, "coordinator", *TYPED)
    terminal.done("people", "post", "second", granted["post_id"], *OTHER)
    terminal.sits(una)
    other = terminal.done("people", "add", PRIMARY, "--name", "Morag Sim", *WHY)["person_id"]
    assert terminal.done("people", "invite", other[:8], *WHY)["link"] != link
    assert "for themselves" in terminal.refused("people", "invite", una, *WHY)
    terminal.gives(other, Duty.COORDINATOR, PRIMARY)
    terminal.sits(other)
    assert "no coordinator of that organisation" in terminal.refused("people", "invite", una, *WHY)


def test_a_recovery_is_started_by_one_and_seconded_by_another(terminal: Terminal, una: str) -> None:
    lost = terminal.done("people", "add", PRIMARY, "--name", "Morag Sim", *WHY)["person_id"]
    recovery = terminal.done("people", "recover", lost, *WHY)["recovery"]
    assert "neither who started" in terminal.refused("people", "second-recovery", recovery, *WHY)
    with terminal.desk() as desk:
        other = a_person(desk, "Iain Sim")
    terminal.gives(str(other), Duty.COORDINATOR, PRIMARY)
    terminal.sits(other)
    assert "/sign-in/invitation/" in terminal.done("people", "second-recovery", recovery, *WHY)["link"]
    assert "No such recovery" in terminal.refused("people", "second-recovery", recovery, *WHY)
