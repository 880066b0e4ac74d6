"""Every long-running part is watched: the end of one is the end of all, with its reason, and no end takes for ever."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from contextlib import suppress
from time import monotonic

import pytest

from hub.serving.supervisor import PartEnded, Supervisor
from hub.serving.threads import in_thread


async def steady(stop: asyncio.Event) -> None:
    await stop.wait()


async def failing(_: asyncio.Event) -> None:
    await asyncio.sleep(0)
    raise KeyError("a name that nobody shall read")


async def idle(_: asyncio.Event) -> None:
    """Returns though it was not told to."""


async def in_a_group(stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(failing(stop))
        await stop.wait()


@pytest.mark.parametrize(("part", "why"), [(failing, "KeyError"), (in_a_group, "KeyError"), (idle, "without an error")])
async def test_a_part_that_ends_by_itself_ends_all_and_says_which_and_why(part, why) -> None:
    ended = []

    async def beside(stop: asyncio.Event) -> None:
        await stop.wait()
        ended.append("beside")

    async def the_process() -> None:
        async with Supervisor() as running:
            running.start("subscriber", beside)
            running.start("relay", part)
            await running.until_stopped()

    with pytest.raises(PartEnded, match=rf"The relay ended by itself \({why}\)") as raised:
        await the_process()
    assert ended == ["beside"]
    assert "nobody shall read" not in str(raised.value)


async def test_told_to_stop_each_part_ends_by_itself() -> None:
    async with Supervisor() as running:
        running.start("relay", steady)
        assert await running.runs("relay")
        assert not await running.runs("dispatcher")
        running.stop.set()
        await running.until_stopped()
    assert running.late == []


async def test_a_part_that_does_not_end_is_cancelled_and_one_that_heeds_nothing_is_left(monkeypatch) -> None:
    monkeypatch.setattr("hub.serving.supervisor.HEED_S", 0.1)

    patience = asyncio.Event()

    async def deaf(_: asyncio.Event) -> None:
        while not patience.is_set():
            with suppress(asyncio.CancelledError):
                await patience.wait()

    async def hanging(_: asyncio.Event) -> None:
        await asyncio.Event().wait()

    began = monotonic()
    async with Supervisor() as running:
        running.start("hanging", hanging, grace=0.1)
        running.start("deaf", deaf, grace=0.1)
    assert monotonic() - began < 5
    assert sorted(running.late) == ["deaf", "hanging"]
    patience.set()
    await asyncio.sleep(0)


async def test_a_part_that_fails_while_it_ends_is_told() -> None:
    async def spoiling(stop: asyncio.Event) -> None:
        await stop.wait()
        raise ZeroDivisionError

    with pytest.raises(PartEnded, match="ZeroDivisionError"):
        async with Supervisor() as running:
            running.start("relay", spoiling)


async def test_work_in_a_thread_gives_what_it_gives_and_raises_what_it_raises() -> None:
    assert await in_thread(lambda: 7, "work") == 7
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 / 0, "work")


@pytest.mark.parametrize(
    "hanging",
    ["await in_thread(Event().wait, 'for ever')", "await asyncio.to_thread(Event().wait)", "Event().wait()"],
    ids=["a thread of ours", "a thread of asyncio's", "the loop itself"],
)
def test_a_process_ends_within_its_grace_whatever_hangs(hanging: str) -> None:
    """Such as a call into a database that is frozen."""
    program = textwrap.dedent(f"""
        import asyncio, os, signal
        from threading import Event
        from hub.serving import supervisor
        from hub.serving.threads import in_thread

        supervisor.HEED_S = 0.2

        async def hanging(stop):
            await asyncio.sleep(0.2)
            {hanging}

        async def main():
            async with supervisor.Supervisor(own_process=True) as running:
                running.obey_signals()
                running.start("hanging", hanging, grace=0.2)
                print("runs", flush=True)
                await running.until_stopped()

        asyncio.run(main())
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"runs\n"
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()
