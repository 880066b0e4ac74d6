"""What a command loads: a person waits for it at each call, and `hub rules check` needs no Kafka."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from hub.cli import cli
from hub.cli.lazy import LazyGroup

HEAVY = frozenset((
    "aiohttp", "aiokafka", "confluent_kafka", "fastapi", "faststream", "fhir", "openpyxl", "prometheus_client",
    "psycopg", "pydantic", "pypdf", "rapidfuzz", "uvicorn",
))  # fmt: skip
DATABASE, KAFKA = {"psycopg", "pydantic"}, {"aiokafka", "prometheus_client", "pydantic", "rapidfuzz"}
LOADED = """
import sys
from hub.cli import cli
try:
    cli()
finally:
    print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.mark.parametrize(
    ("typed", "needed"),
    [
        ("", set()),
        ("rules check", {"pydantic"}),
        ("deliveries list", DATABASE),
        ("concern show", DATABASE | {"rapidfuzz"}),
        ("subjects import", DATABASE | {"rapidfuzz"}),
        ("concern publish", KAFKA),
        ("adapter run", KAFKA | {"fastapi", "psycopg", "uvicorn"}),
    ],
)
def test_a_command_loads_what_it_needs(typed: str, needed: set[str]) -> None:
    command = [sys.executable, "-c", LOADED, *typed.split(), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert HEAVY.intersection(done.stdout.splitlines()[-1].split()) == needed


def every_command(group: click.Group, context: click.Context, name: str = "hub") -> Iterator[tuple[str, click.Command]]:
    for one in group.list_commands(context):
        command = group.get_command(context, one)
        assert command is not None
        yield f"{name} {one}", command
        if isinstance(command, click.Group):
            yield from every_command(command, context, f"{name} {one}")


def test_every_command_that_is_named_is_there_and_its_help_speaks() -> None:
    found = dict(every_command(cli, click.Context(cli)))
    assert {"hub subjects import", "hub subjects match", "hub adapter caller add", "hub concern show"} <= found.keys()
    for name, command in found.items():
        assert name.split()[-1] == command.name
        assert command.help, name


def test_help_names_what_is_not_loaded_yet_beside_what_is() -> None:
    group = cli.get_command(click.Context(cli), "subjects")
    assert isinstance(group, LazyGroup)
    with click.Context(group, info_name="hub subjects") as context:
        said = group.get_help(context)
    assert "import    Import a roll." in said
    assert "match     Ask the register who each child of a file is." in said
