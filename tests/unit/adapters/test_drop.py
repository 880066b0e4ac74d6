"""The drop folder: each file is taken once it is whole, and ends in accepted/ or, with the reason, in rejected/."""

import asyncio
import json
import os
from time import monotonic, sleep
from uuid import UUID

import pytest

from adapters.bridge.answers import Door, Refused
from adapters.bridge.doors import filing
from adapters.bridge.doors.drop import DropFolder
from adapters.bridge.spool.store import Accepted, Full
from adapters.police import FORMAT
from hub.facts.errors import Unavailable, UserError
from tests.unit.adapters.builders import CALEDON, answered


class FakeIntake:
    """Answers each record from a table; records that it does not list are accepted."""

    source = CALEDON

    def __init__(self):
        self.taken = []
        self.answers = {}

    def take(self, raw, door):
        assert door is Door.DROP
        self.taken.append(raw)
        return answered(self.answers.get(raw, Accepted(UUID(int=1))))


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def intake():
    return FakeIntake()


@pytest.fixture
def drop(tmp_path, intake, clock):
    return DropFolder(tmp_path, intake, monotonic=clock)


def look(drop, clock, seconds=1.0):
    """Look, let time pass, look again and take what is whole."""
    drop.finished()
    clock.seconds += seconds
    for name in drop.finished():
        drop.take(name)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_an_accepted_file_is_moved_to_accepted(drop, intake, clock, tmp_path):
    (tmp_path / "a.json").write_bytes(b"one")
    look(drop, clock)
    assert intake.taken == [b"one"]
    assert (files(tmp_path), files(tmp_path / "accepted")) == ([], ["a.json"])
    assert (tmp_path / "accepted" / "a.json").read_bytes() == b"one"


def test_a_bad_file_is_moved_to_rejected_with_its_faults_beside_it(drop, intake, clock, tmp_path):
    intake.answers[b"bad"] = Refused(("risk: is required.", "officer: is required."))
    (tmp_path / "a.json").write_bytes(b"bad")
    look(drop, clock)
    assert files(tmp_path / "rejected") == ["a.json", "a.json.reason.txt"]
    assert (tmp_path / "rejected" / "a.json.reason.txt").read_text() == "risk: is required.\nofficer: is required.\n"
    assert (files(tmp_path), files(tmp_path / "accepted")) == ([], [])


def test_a_file_that_is_still_written_is_left_alone(drop, intake, clock, tmp_path):
    path = tmp_path / "a.json"
    for size in range(1, 4):
        path.write_bytes(b"x" * size)
        look(drop, clock, seconds=0.4)
    assert intake.taken == []
    look(drop, clock)
    assert intake.taken == [b"xxx"]


def test_unfinished_hidden_and_linked_files_and_folders_are_left_alone(drop, intake, clock, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}.outside"
    outside.write_bytes(b"not ours")
    for name in (".hidden", "a.json.tmp", "b.part"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.json").symlink_to(outside)
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    look(drop, clock)
    assert intake.taken == []
    assert outside.exists()


def test_older_files_are_taken_first(drop, intake, clock, tmp_path):
    for name, at in (("b", 1), ("a", 3), ("c", 2)):
        (tmp_path / name).write_bytes(name.encode())
        os.utime(tmp_path / name, (at, at))
    look(drop, clock)
    assert intake.taken == [b"b", b"c", b"a"]


def test_a_second_file_of_one_name_does_not_overwrite_the_first(drop, intake, clock, tmp_path):
    intake.answers = {b"bad": Refused(("x",)), b"worse": Refused(("y",))}
    for content in (b"one", b"two", b"bad", b"worse"):
        (tmp_path / "a.json").write_bytes(content)
        look(drop, clock)
    for folder, contents in (("accepted", {b"one", b"two"}), ("rejected", {b"bad", b"worse", b"x\n", b"y\n"})):
        assert {path.read_bytes() for path in (tmp_path / folder).iterdir()} == contents


def test_a_crash_between_spooling_and_moving_takes_the_file_again(drop, intake, clock, tmp_path, monkeypatch):
    (tmp_path / "a.json").write_bytes(b"one")
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(OSError()))
    look(drop, clock)
    assert files(tmp_path) == ["a.json"]
    monkeypatch.undo()
    look(DropFolder(tmp_path, intake, monotonic=clock), clock)
    assert intake.taken == [b"one", b"one"], "the spool knows it again"
    assert files(tmp_path / "accepted") == ["a.json"]


def test_a_notice_repeated_with_another_text_is_rejected_because_it_was_not_taken_in(drop, intake, clock, tmp_path):
    intake.answers[b"changed"] = Accepted(UUID(int=1), repeated=True, differs=True)
    (tmp_path / "a.json").write_bytes(b"changed")
    look(drop, clock)
    assert "under a higher version" in (tmp_path / "rejected" / "a.json.reason.txt").read_text()


def test_a_file_that_is_replaced_while_it_is_taken_in_is_taken_again_and_not_lost(drop, intake, clock, tmp_path):
    (tmp_path / "a.json").write_bytes(b"one")
    honest = intake.take

    def replaced_meanwhile(raw, door):
        if raw == b"one":
            (tmp_path / "new.tmp").write_bytes(b"two, which corrects one")
            (tmp_path / "new.tmp").replace(tmp_path / "a.json")
        return honest(raw, door)

    intake.take = replaced_meanwhile
    look(drop, clock)
    assert intake.taken == [b"one"]
    look(drop, clock)
    assert intake.taken == [b"one", b"two, which corrects one"]
    assert {path.read_bytes() for path in (tmp_path / "accepted").iterdir()} == {b"two, which corrects one"}


def test_a_file_that_is_written_on_while_it_is_taken_in_is_taken_again(drop, intake, clock, tmp_path):
    (tmp_path / "a.json").write_bytes(b"one")
    honest = intake.take

    def written_on(raw, door):
        if raw == b"one":
            (tmp_path / "a.json").write_bytes(b"one and more")
        return honest(raw, door)

    intake.take = written_on
    look(drop, clock)
    look(drop, clock)
    assert intake.taken == [b"one", b"one and more"]


@pytest.mark.parametrize("answer", [Full(), Unavailable("The spool cannot be used.")])
def test_a_file_waits_while_the_spool_cannot_take_it(drop, intake, clock, tmp_path, answer):
    intake.answers[b"one"] = answer
    (tmp_path / "a.json").write_bytes(b"one")
    look(drop, clock)
    look(drop, clock)
    assert (len(intake.taken), files(tmp_path)) == (1, ["a.json"])
    intake.answers.clear()
    look(drop, clock, seconds=30)
    assert files(tmp_path / "accepted") == ["a.json"]


def test_a_file_that_is_too_large_is_not_read_whole(drop, intake, clock, tmp_path):
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(50_000_000)
    look(drop, clock)
    assert [len(raw) for raw in intake.taken] == [8_388_609]


def test_long_names_have_room_for_a_reason(drop, intake, clock, tmp_path):
    intake.answers[b"bad"] = Refused(("x",))
    for content in (b"bad", b"bad"):
        (tmp_path / ("n" * 255)).write_bytes(content)
        look(drop, clock)
    assert files(tmp_path) == []
    assert sum(name.endswith(".reason.txt") for name in files(tmp_path / "rejected")) == 2


# --- files that are not whole yet ------------------------------------------------------------------------------------

WHOLE = b'{"risk": "some", "urgency": "urgent", "children": [{"given_names": "Zo\xc3\xab"}]}'


@pytest.fixture
def notices(tmp_path, intake, clock):
    """The folder of a police adapter."""
    return DropFolder(tmp_path, intake, FORMAT, monotonic=clock)


@pytest.mark.parametrize("length", [0, 1, 12, 14, 30, len(WHOLE) - 7, len(WHOLE) - 6, len(WHOLE) - 5, len(WHOLE) - 1])
def test_a_file_that_is_cut_off_is_left_to_its_writer_for_a_minute(notices, intake, clock, tmp_path, length):
    path = tmp_path / "slow.json"
    path.write_bytes(WHOLE[:length])
    look(notices, clock, seconds=4)
    assert intake.taken == []
    path.write_bytes(WHOLE)
    look(notices, clock)
    assert intake.taken == [WHOLE]


def test_one_that_stays_cut_off_is_judged_in_the_end_and_one_that_goes_on_has_its_minute_again(
    notices, intake, clock, tmp_path
):
    path = tmp_path / "slow.json"
    for length in (10, 20, 30):
        path.write_bytes(WHOLE[:length])
        look(notices, clock, seconds=50)
    assert intake.taken == []
    look(notices, clock, seconds=30)
    assert intake.taken == [WHOLE[:30]]


@pytest.mark.parametrize(
    "wrong", [b"no JSON at all", b'{"a": 1,, "b": "x and more of it"}', b"{} {}", b"\xff\xfe{}\n\n"]
)
def test_what_is_wrong_but_not_cut_off_is_judged_at_once(notices, intake, clock, tmp_path, wrong):
    (tmp_path / "a.json").write_bytes(wrong)
    look(notices, clock)
    assert intake.taken == [wrong]


# --- many at once ----------------------------------------------------------------------------------------------------


def a_file(tier, number):
    return b'{"risk": "none", "urgency": "%s", "number": %d}' % (tier, number)


def test_the_most_urgent_are_taken_first_however_many_lie_before_them(notices, intake, clock, tmp_path):
    for number, tier in enumerate([b"routine"] * 30 + [b"nonsense"] * 5 + [b"urgent"] * 3 + [b"immediate"] * 2):
        path = tmp_path / f"{number:03}.json"
        path.write_bytes(a_file(tier, number))
        os.utime(path, (number, number))
    look(notices, clock)
    tiers = [json.loads(raw)["urgency"] for raw in intake.taken]
    assert tiers[:5] == ["immediate"] * 2 + ["urgent"] * 3
    assert [json.loads(raw)["number"] for raw in intake.taken[5:35]] == list(range(30))


async def test_an_immediate_one_that_comes_amid_a_flood_is_taken_within_seconds(tmp_path, intake):
    drop = DropFolder(tmp_path, intake, FORMAT, monotonic=monotonic)
    for number in range(2_000):
        (tmp_path / f"{number:05}.json").write_bytes(a_file(b"routine", number))
    honest = intake.take

    def slow(raw, door):
        sleep(0.005)
        return honest(raw, door)

    intake.take = slow
    stop = asyncio.Event()
    running = asyncio.create_task(drop.run(stop))
    while not intake.taken:
        await asyncio.sleep(0.01)
    (tmp_path / "now.json").write_bytes(a_file(b"immediate", 1))
    began = monotonic()
    while a_file(b"immediate", 1) not in intake.taken:
        await asyncio.sleep(0.01)
    took, routine = monotonic() - began, len(intake.taken)
    stop.set()
    await running
    assert took < 6
    assert routine < 2_000, "it overtook those that lay there before it"


def test_files_that_cannot_be_read_do_not_hide_those_behind_them(drop, intake, clock, tmp_path, monkeypatch):
    """However many there are, and however often they are looked at."""
    unreadable = {f"{number:04}.json" for number in range(1_200)}
    for name in unreadable:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "zz.json").write_bytes(b"good")
    reading = filing.read

    def read(path, *most):
        if path.name in unreadable:
            raise PermissionError
        return reading(path, *most)

    monkeypatch.setattr("adapters.bridge.doors.drop.read", read)
    look(drop, clock)
    assert intake.taken == [b"good"]


def test_once_the_spool_is_full_the_other_files_are_not_even_tried(drop, intake, clock, tmp_path):
    for number in range(10):
        (tmp_path / f"{number}.json").write_bytes(b"%d" % number)
        intake.answers[b"%d" % number] = Full()
    drop.finished()
    clock.seconds += 1
    assert not drop._take_some(drop.finished(), asyncio.Event())
    assert len(intake.taken) == 1


def test_a_folder_that_is_not_there_is_said(tmp_path, intake, clock):
    with pytest.raises(UserError, match="create it, or correct --drop"):
        DropFolder(tmp_path / "nowhere", intake, monotonic=clock)


def test_a_folder_that_goes_away_is_noticed_and_may_come_back(drop, clock, tmp_path):
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    look(drop, clock)
    assert drop.missing
    tmp_path.with_name("elsewhere").rename(tmp_path)
    look(drop, clock)
    assert not drop.missing
