"""The demonstration on the screen: what each party saw and when, item by item, never a value."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from hub.demo.play import Played
from hub.facts.clock import spoken
from hub.facts.terms import Outcome

OPENING = """Saturday 7 March 2026, 23:12. Police in two invented forces have just attended.
PostgreSQL is embedded, Kafka is an in-memory broker (for this demonstration alone), and every
recipient is SIMULATED, in a process of its own with its own keys. All people and places are invented.
The hub never replaces a 999 call or a direct child-protection referral."""
OUTCOMES = {
    Outcome.MATCHED: "child found",
    Outcome.REVIEW: "a person decides",
    Outcome.NOT_FOUND: "child not known",
    Outcome.DEAD_LETTER: "dead letter",
    Outcome.SUPERSEDED: "overtaken",
    Outcome.RETRACTED: "retracted",
}


def opening(console: Console) -> None:
    """Before the first notice."""
    console.print(Panel(OPENING, title="Concern hub: the whole way", expand=False))


def closing(console: Console, played: list[Played], seen: dict[str, Any], seconds: float) -> None:
    """Receipts, and what each party saw."""
    for number, one in enumerate(played, 1):
        _scene(console, number, one)
    console.print()
    _parties(console, played, seen)
    made = sum(d["purpose"] == "disclose" for one in played for d in one.story["deliveries"])
    arrived = sum(bool(shown["items"]) for one in seen.values() for shown in one["seen"])
    console.print(f"\n{len(played)} notices, {made} disclosures made, {arrived} arrived, in {seconds:.1f} s.")


def _scene(console: Console, number: int, one: Played) -> None:
    story = one.story
    console.print(f"\n[bold]{number}. {one.scene.title}[/bold]")
    console.print(f"   {OUTCOMES[story['outcome']]}; event {story['event_id']}", style="dim")
    if story.get("dead_letter"):
        console.print(
            f"   [red]dead letter[/red]: {story['dead_letter']['reason']}; "
            f"the {story['dead_letter']['owner']}'s operators are asked"
        )
    for decision in story["decisions"]:
        _decision(console, decision)
    for review in story["reviews"]:
        ending = "answered" if review["status"] == "decided" else f"by {spoken(review['due_by'])}"
        console.print(
            f"   [yellow]asked[/yellow]    {review['owner']} ({_words(review['owner_role'])}), {ending}: "
            f"{' '.join(review['why'])}"
        )
    for made in story["revisions"]:
        console.print(f"   [green]resumed[/green]  decided anew: {OUTCOMES[made['outcome']]}")
    for delivery in story["deliveries"]:
        receipts = ", ".join(f"{receipt['layer']} {spoken(receipt['at'])[-5:]}" for receipt in delivery["receipts"])
        tries = f", {delivery['attempts']} attempts" if delivery["attempts"] > 1 else ""
        console.print(
            f"   [cyan]{delivery['purpose']:9}[/cyan]{delivery['recipient']} by {delivery['channel']}"
            f"{tries}: {receipts}"
        )


def _decision(console: Console, decision: dict[str, Any]) -> None:
    who = f"{decision['recipient']} ({_words(decision['role'])})"
    if decision["outcome"] == "share":
        by = f", due {spoken(decision['by'])}" if decision["by"] else ""
        console.print(f"   [green]told[/green]     {who} under {decision['isp']}{by}")
        if decision["withheld"]:
            console.print(f"            withheld: {', '.join(decision['withheld'])}", style="dim", highlight=False)
    else:
        word = "not told" if decision["outcome"] == "withhold" else "unsure"
        console.print(f"   [red]{word}[/red] {who}: {decision['reasons'][-1]}")


def _parties(console: Console, played: list[Played], seen: dict[str, Any]) -> None:
    table = Table(title="What each party saw (items, not values)", title_justify="left")
    for column in ("party", "calls", "what", "items shown"):
        table.add_column(column, overflow="fold")
    for party, one in sorted(seen.items()):
        for number, shown in enumerate(one["seen"]):
            what = shown["type"].removeprefix("uk.concernhub.").removesuffix(".v1")
            table.add_row(
                *((party, str(one["calls"])) if number == 0 else ("", "")),
                what,
                ", ".join(shown["items"]) or "no content",
            )
    console.print(table)
    told = {delivery["recipient"] for one in played for delivery in one.story["deliveries"]}
    refused = {decision["recipient"] for one in played for decision in one.story["decisions"]} - told
    for party in sorted(refused):
        console.print(f"{party} saw nothing at all.")


def _words(role: str) -> str:
    return role.replace("_", " ")
