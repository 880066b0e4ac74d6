"""An import killed with SIGKILL at one point and another: run again, the register is as after one whole run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from parts import LocalPostgres

from hub.settings import Settings
from hub.store.connecting import connect
from hub.store.migrate import upgrade
from tests.e2e.commands import HUB, Hub, wait_for

pytestmark = pytest.mark.timeout(240)
IMPORT_KILL = (sys.executable, str(Path(__file__).with_name("import_kill.py")))
SCHOOL, DOCTOR = "school.glenmore-primary", "gp.glenmore"
CONSONANTS, VOWELS = "bdfgklmnprst", "aeo"
BEFORE, AFTER, STAYED = 1_300, 1_700, 1_240
"""Children on the school's roll of last week and of this week, and those on both: sixty left."""


@dataclass
class Register:
    """A database of its own, and the command on it."""

    hub: Hub
    url: str

    def importing(self, roll: Path, organisation: str = SCHOOL) -> dict[str, int]:
        return self.hub.json("subjects", "import", roll, "--organisation", organisation)

    def killed(self, where: str, times: int, roll: Path) -> None:
        done = subprocess.run(
            [*IMPORT_KILL, where, str(times), str(roll), "--organisation", SCHOOL],
            env=os.environ | dict(self.hub.environment),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    def asked(self, sql: str) -> list[tuple[object, ...]]:
        with connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def contents(self) -> tuple[object, ...]:
        """Who is on it, until when, and who is one child with whom; ids of subjects are chance."""
        records = self.asked("select local_key, content_key, organisation, end_date from source_record order by 1")
        subjects = self.asked(
            "select array_agg(local_key order by local_key) from source_record group by subject_id order by 1"
        )
        joins = self.asked("select local_key, rule from subject_join join source_record using (record_id) order by 1")
        keys = self.asked("select local_key, key from blocking_key join source_record using (record_id) order by 1, 2")
        return records, subjects, joins, keys


@pytest.fixture
def registers(prepared: Settings, postgres: LocalPostgres, tmp_path: Path):
    """Makes registers with the same keys, each on a new database."""
    names: list[str] = []

    def make() -> Register:
        names.append(f"test_kill_{os.getpid()}_{len(names)}")
        url = postgres.create_database(names[-1])
        upgrade(url)
        return Register(Hub.of(prepared.model_copy(update={"database_url": url}), tmp_path), url)

    yield make
    for name in names:
        postgres.drop_database(name)


def a_roll(path: Path, numbers: range) -> Path:
    lines = ["local_id,given_names,family_name,date_of_birth,postcode"]
    for number in numbers:
        name = "".join(CONSONANTS[number // 12**place % 12] + VOWELS[place] for place in range(3)).title()
        lines.append(
            f"{number},{name}n,Thornbury,20{10 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02},ZW4 2AB"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass
class Rolls:
    """The practice's patients, who are many of the pupils; the school's roll of last week, and of this week."""

    patients: Path
    last_week: Path
    this_week: Path


@pytest.fixture
def rolls(tmp_path: Path) -> Rolls:
    return Rolls(
        a_roll(tmp_path / "patients.csv", range(600, 1_600)),
        a_roll(tmp_path / "before.csv", range(BEFORE)),
        a_roll(tmp_path / "after.csv", range(BEFORE - STAYED, BEFORE - STAYED + AFTER)),
    )


def begun(register: Register, rolls: Rolls) -> Register:
    register.importing(rolls.patients, DOCTOR)
    register.importing(rolls.last_week)
    return register


def test_killed_again_and_again_and_run_again_it_ends_as_one_whole_run(
    registers: Callable[[], Register], rolls: Rolls
) -> None:
    whole = begun(registers(), rolls)
    tally = whole.importing(rolls.this_week)
    assert (tally["rows"], tally["ended"], tally["rejected"]) == (AFTER, BEFORE - STAYED, [])
    broken = begun(registers(), rolls)
    size = broken.asked("select count(*) from source_record")
    broken.killed("insert", 0, rolls.this_week)
    assert broken.asked("select count(*) from source_record") == size, "what was not committed is not there"
    broken.killed("insert", 1, rolls.this_week)
    assert broken.asked("select count(*) from source_record") > size, "the chunk before it is"
    broken.killed("update", 0, rolls.this_week)
    assert broken.asked("select count(*) from source_record where end_date is not null") == [(0,)]
    last = broken.importing(rolls.this_week)
    assert (last["unchanged"], last["ended"]) == (AFTER, BEFORE - STAYED), "all rows were placed before it died"
    assert broken.contents() == whole.contents()
    assert broken.importing(rolls.this_week) == last | {"ended": 0}


def test_killed_from_outside_while_it_writes_it_goes_on(registers: Callable[[], Register], rolls: Rolls) -> None:
    whole, broken = registers(), registers()
    whole.importing(rolls.this_week)
    for target in (1, 501, 1_001):
        importer = subprocess.Popen(
            [*HUB, "subjects", "import", str(rolls.this_week), "--organisation", SCHOOL],
            env=os.environ | dict(broken.hub.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(
                lambda target=target: broken.asked("select count(*) from source_record")[0][0] >= target,
                what="some rows",
                every=0.001,
            )
        finally:
            importer.kill()
            importer.wait(10)
    tally = broken.importing(rolls.this_week)
    assert tally["unchanged"] + tally["added"] + tally["review"] == AFTER
    assert broken.contents() == whole.contents()
