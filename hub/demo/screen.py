"""The demonstration on the screen: what each party saw and when, item by item, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from hub.demo.play import Played
from hub.people.telling import OUTCOMES, lines, plain, words

OPENING = """Saturday 7 March 2026, 23:12. Police of two invented forces have just attended, a class of \
eleven-year-olds is away for the weekend, and a child is in the emergency department.

PostgreSQL is embedded, Kafka is an in-memory broker (for this demonstration alone), and every \
recipient is SIMULATED, in a process of its own with its own keys. All people and places are invented.

The hub never replaces a 999 call or a direct child-protection referral."""


def opening(console: Console) -> None:
    """Before the first notice."""
    console.print(Panel(OPENING, title="Concern hub: the whole way", expand=False))


def closing(
    console: Console, played: list[Played], seen: dict[str, Any], names: Mapping[str, str], seconds: float
) -> None:
    """Receipts, and what each party saw; `names` are the organisations' own."""
    for number, one in enumerate(played, 1):
        _scene(console, number, one)
    console.print()
    _parties(console, played, seen, names)
    made = sum(d["purpose"] == "disclose" for one in played for d in one.story["deliveries"])
    arrived = sum(bool(shown["items"]) for one in seen.values() for shown in one["seen"])
    console.print(
        f"\n{len(played)} concerns sent or taken back, {made} disclosures made, {arrived} arrived, in {seconds:.1f} s."
    )


def _scene(console: Console, number: int, one: Played) -> None:
    console.print(f"\n[bold]{number}. {one.scene.title}[/bold]")
    console.print(f"   {OUTCOMES[one.story['outcome']]}; event {one.story['event_id']}", style="dim", highlight=False)
    for line in lines(one.story, brief=True):
        console.print(line)


def _parties(console: Console, played: list[Played], seen: dict[str, Any], names: Mapping[str, str]) -> None:
    console.print("[bold]What each party saw (which details, not what they say)[/bold]")
    for party, one in sorted(seen.items()):
        if not one["seen"]:
            continue
        times = "once" if one["calls"] == 1 else f"{one['calls']} times"
        console.print(f"  [cyan]{names[party]}[/cyan] ({party}), called {times}", highlight=False)
        for shown in one["seen"]:
            what = shown["type"].removeprefix("uk.concernhub.").removesuffix(".v1")
            who = words(shown["role"]) if shown["role"] else "whoever reads there"
            items = plain(shown["items"]) or "no content"
            handling = "".join(f"; to be handled so: {words(code)}" for code in shown["handling"])
            console.print(Padding(Text(f"{what} for the {who}: {items}{handling}"), (0, 0, 0, 4), expand=False))
    told = {delivery["recipient"] for one in played for delivery in one.story["deliveries"]}
    refused = {decision["recipient"] for one in played for decision in one.story["decisions"]} - told
    for party in sorted(refused):
        console.print(f"  [cyan]{names[party]}[/cyan] ({party}) saw nothing at all.", highlight=False)
