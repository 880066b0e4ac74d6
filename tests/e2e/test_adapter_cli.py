"""The adapter by its commands alone: keys, callers, pushing files, and a running adapter with both its doors."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desk import run

HUB = [sys.executable, "-c", "from hub.cli import main; main()"]
EXAMPLES = sorted((Path(__file__).parents[2] / "adapters" / "police" / "examples").glob("*.json"))
CALEDON = "police.caledon"
AWAY = "127.0.0.1:9"


def hub(*arguments, status=0, kafka=AWAY):
    """Run one command to its end; every failure is one sentence on stderr."""
    done = run([str(one) for one in arguments], environment={"HUB_KAFKA_BOOTSTRAP": kafka})
    assert done.status == status, (done.status, done.err)
    if status:
        assert done.err.startswith("hub: ")
        assert len(done.err.splitlines()) == 1
    return done


def cannot_run(*options, kafka=AWAY):
    """What `hub adapter run police OPTIONS` says before it ends, in a process of its own."""
    done = subprocess.run(
        [*HUB, "adapter", "run", "police", *map(str, options)],
        env=os.environ | {"HUB_KAFKA_BOOTSTRAP": kafka},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert done.stderr.startswith("hub: ")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def publish(*files, status=0, kafka=AWAY, timeout=30):
    options = ["--adapter", "police", "--source", CALEDON, "--timeout", timeout, "--json"]
    done = hub("concern", "publish", *files, *options, status=status, kafka=kafka)
    return json.loads(done.out), done.err


@pytest.fixture
def home(hub_home):
    """A home with the keys of the hub and of one police force."""
    hub("keys", "new")
    hub("keys", "new", "--organisation", CALEDON)
    return hub_home


@pytest.fixture
def topics(kafka):
    """The address of a Kafka with the hub's topics."""
    hub("kafka", "init", kafka=kafka.bootstrap)
    return kafka.bootstrap


def test_the_examples_are_pushed_once_however_often_they_are_pushed(home, topics):
    first, _ = publish(*EXAMPLES, kafka=topics)
    assert [set(one) for one in first] == [
        {"file", "where", "event_id", "accepted", "repeated", "faults", "left_out"}
    ] * len(EXAMPLES)
    assert [(one["file"], one["accepted"], one["faults"]) for one in first] == [
        (str(path), True, []) for path in EXAMPLES
    ]
    assert len({one["event_id"] for one in first}) == len(EXAMPLES)
    again, _ = publish(*EXAMPLES, kafka=topics)
    assert again == [one | {"repeated": True} for one in first]


def test_a_force_that_the_hub_never_answered_is_told_so_and_finds_its_notices_by_their_reference(home, topics):
    (one,), sentence = publish(EXAMPLES[0], kafka=topics)
    assert sentence.startswith(f"hub: The hub has not answered what {CALEDON} signs")
    reference = json.loads(EXAMPLES[0].read_text())["notice_reference"]
    told = hub("adapter", "news", "--reference", reference, "--timeout", 1, "--json", kafka=topics)
    assert [(each["event_id"], each["state"]) for each in json.loads(told.out)] == [(one["event_id"], "published")]
    assert json.loads(hub("adapter", "news", "--timeout", 1, "--json", kafka=topics).out) == []
    hub("adapter", "news", "--reference", "CAL-NONE", "--timeout", 1, status=1, kafka=topics)


def test_a_bad_file_is_told_with_every_fault_and_the_others_go(home, topics, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"notice_type": "raise", "summary": "Maisie"}')
    answers, sentence = publish(EXAMPLES[0], bad, tmp_path / "none.json", status=1, kafka=topics)
    assert [one["accepted"] for one in answers] == [True, False, False]
    assert answers[1]["event_id"] is None
    assert "children: is required." in answers[1]["faults"]
    assert "version: is required, or else last_modified." in answers[1]["faults"]
    assert answers[2]["faults"] == ["file: cannot be read (FileNotFoundError)."]
    assert sentence == "hub: 2 of 3 files were not accepted: their faults are listed.\n"
    assert "Maisie" not in json.dumps(answers) + sentence


def test_while_kafka_is_away_files_are_accepted_and_the_next_run_sends_them(home, topics):
    answers, sentence = publish(*EXAMPLES, status=3, timeout=1)
    assert all(one["accepted"] for one in answers)
    assert f"{len(EXAMPLES)} of {len(EXAMPLES)} lie safe in the spool and have not left this machine" in sentence
    assert "within 1 s" in sentence
    again, _ = publish(*EXAMPLES, kafka=topics)
    assert again == [one | {"repeated": True} for one in answers]


def test_the_same_version_with_another_text_is_not_accepted_and_the_first_event_is_named(home, topics, tmp_path):
    changed = tmp_path / "changed.json"
    notice = json.loads(EXAMPLES[0].read_text())
    changed.write_text(json.dumps(notice | {"actions_taken": "None."}))
    (first,), _ = publish(EXAMPLES[0], kafka=topics)
    (second,), sentence = publish(changed, status=1, kafka=topics)
    assert (second["event_id"], second["accepted"]) == (first["event_id"], False)
    assert sentence == "hub: 1 of 1 files were not accepted: their faults are listed.\n"
    assert "under a higher version" in second["faults"][0]


def test_what_is_missing_is_said_in_one_sentence(hub_home):
    done = hub("concern", "publish", EXAMPLES[0], "--adapter", "police", "--source", CALEDON, status=1)
    assert f"run `hub keys new --organisation {CALEDON}`" in done.err
    done = hub("concern", "publish", EXAMPLES[0], "--adapter", "fire", "--source", CALEDON, status=1)
    assert "choose one of " in done.err
    done = hub("concern", "publish", EXAMPLES[0], "--adapter", "police", "--source", "../../etc", status=1)
    assert "check --source" in done.err
    assert not (hub_home / "agencies").exists()


def test_callers_are_added_listed_and_removed(home):
    added = json.loads(hub("adapter", "caller", "add", "ivpd", "--source", CALEDON, "--json").out)
    assert added["secret"].startswith("hub_")
    listed = hub("adapter", "caller", "list", "--source", CALEDON, "--json").out
    assert [one["name"] for one in json.loads(listed)] == ["ivpd"]
    assert added["secret"] not in listed
    hub("adapter", "caller", "remove", "ivpd", "--source", CALEDON)
    hub("adapter", "caller", "remove", "ivpd", "--source", CALEDON, status=1)


def an_adapter(drop, log, kafka):
    """A running adapter of one format; gives its process and its address."""
    return running(["police", "--source", CALEDON, "--drop", str(drop), "--listen", "127.0.0.1:0"], log, kafka)


@contextmanager
def running(options, log, kafka):
    """A running adapter; gives its process and the address of its first door."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*HUB, "adapter", "run", *options], env=os.environ | {"HUB_KAFKA_BOOTSTRAP": kafka}, stderr=stderr
        )
    try:
        wait(lambda: '"adapter ready"' in log.read_text() or process.poll() is not None)
        ready = [line for line in log.read_text().splitlines() if '"adapter ready"' in line]
        assert ready, log.read_text()
        yield process, f"http://{json.loads(ready[0])['address']}"
    finally:
        process.kill()
        process.wait(10)


def wait(until, seconds=20):
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def post(address, body, secret):
    headers = {"Authorization": f"Bearer {secret}"}
    request = urllib.request.Request(f"{address}/v1/concerns", data=body, headers=headers, method="POST")  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - ours
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def get(address, path):
    with urllib.request.urlopen(address + path, timeout=10) as answer:  # noqa: S310 - ours
        return answer.read().decode()


def secrets_of(notice):
    """Texts of a notice that must be nowhere in clear."""
    names = ("given_names", "family_name", "name", "date_of_birth", "address", "voice", "narrative")
    people = [*notice.get("children", ()), *notice.get("people", ())]
    told = [person[name] for person in people for name in names if name in person]
    return [text[:25] for text in (notice["notice_reference"], notice.get("detail", "no detail"), *told)]


def test_a_running_adapter_takes_from_both_doors_tells_nothing_and_ends_cleanly(home, topics, tmp_path):
    drop, log = tmp_path / "drop", tmp_path / "adapter.log"
    drop.mkdir()
    secret = json.loads(hub("adapter", "caller", "add", "ivpd", "--source", CALEDON, "--json").out)["secret"]
    with an_adapter(drop, log, topics) as (process, address):
        status, posted = post(address, EXAMPLES[0].read_bytes(), secret)
        assert (status, posted["repeated"]) == (202, False)
        assert post(address, EXAMPLES[0].read_bytes(), secret)[1] == posted | {"repeated": True}
        assert post(address, EXAMPLES[0].read_bytes(), "hub_wrong")[0] == 401
        status, faults = post(address, b'{"notice_type": "raise"}', secret)
        assert status == 422
        assert len(faults["faults"]) >= 6

        for path in EXAMPLES:
            (drop / path.name).write_bytes(path.read_bytes())
        (drop / "bad.json").write_text('{"children": [{"given_names": "Maisie", "wrong": 1}]}')
        (drop / "unfinished.json.part").write_text("{")
        wait(lambda: [path.name for path in drop.iterdir() if path.is_file()] == ["unfinished.json.part"])
        assert sorted(path.name for path in (drop / "accepted").iterdir()) == [path.name for path in EXAMPLES]
        assert sorted(path.name for path in (drop / "rejected").iterdir()) == ["bad.json", "bad.json.reason.txt"]
        reason = (drop / "rejected" / "bad.json.reason.txt").read_text()
        assert "children[0].wrong: is not a field of this format." in reason.splitlines()
        assert "Maisie" not in reason

        wait(lambda: 'hub_adapter_spool_events{source="police.caledon"} 0.0' in get(address, "/metrics"))
        assert json.loads(get(address, "/readyz")) == {
            "ready": True,
            "parts": {"spool": "ok", "kafka": "ok", "keys": "ok", "hub": "not known to the hub", "drop": "ok"},
        }
        metrics = get(address, "/metrics")
        again = cannot_run("--source", CALEDON, "--drop", drop, kafka=topics)
        assert "runs on this spool already" in again
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    spool = b"".join(path.read_bytes() for path in (home / "agencies" / CALEDON / "spool").iterdir())
    told = log.read_text() + metrics + spool.decode("latin-1")
    for path in EXAMPLES:
        for text in secrets_of(json.loads(path.read_text())):
            assert text not in told, "something of a notice is in a log, a metric or the spool"


def test_an_adapter_without_a_door_or_with_one_that_is_taken_says_so(home, tmp_path):
    line = ["--source", CALEDON]
    assert "give --drop, or --listen, or --mllp" in cannot_run(*line)
    assert "correct --listen" in cannot_run(*line, "--listen", "8410")
    assert "correct --drop" in cannot_run(*line, "--drop", tmp_path / "nowhere")
    assert "cannot be listened on" in cannot_run(*line, "--listen", "192.0.2.1:80")


def test_one_process_runs_several_formats_and_sources_each_source_with_one_spool(home, topics, tmp_path):
    other, folders = "police.westshire", [tmp_path / name for name in ("first", "second", "third")]
    hub("keys", "new", "--organisation", other)
    for folder in folders:
        folder.mkdir()
    config, log = tmp_path / "adapters.yaml", tmp_path / "adapter.log"
    config.write_text(
        f'- {{format: police, source: {CALEDON}, drop: first, listen: "127.0.0.1:0"}}\n'
        f"- {{format: police, source: {CALEDON}, drop: second}}\n"
        f"- {{format: police, source: {other}, drop: third}}\n"
    )
    notice = json.loads(EXAMPLES[0].read_text())
    with running(["--config", str(config), "--watch", "127.0.0.1:0"], log, topics) as (process, address):
        for number, folder in enumerate(folders):
            (folder / "one.json").write_text(json.dumps(notice | {"notice_reference": f"CAL-{number}"}))
        for folder in folders:
            wait((folder / "accepted" / "one.json").exists)

        def published(source):
            lines = get(address, "/metrics").splitlines()
            named = [line for line in lines if line.startswith("hub_adapter_published_total{") and source in line]
            return sum(float(line.split()[-1]) for line in named)

        wait(lambda: (published(CALEDON), published(other)) >= (3, 2))
        assert (published(CALEDON), published(other)) == (3, 2), "each notice once, and each source's test"
        parts = json.loads(get(address, "/readyz"))["parts"]
        assert set(parts) == {"spool", "kafka", "keys", "hub", "police drop", "police 2 drop"}
        again = cannot_run("--source", other, "--drop", folders[2], kafka=topics)
        assert "runs on this spool already" in again
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    ready = [json.loads(line) for line in log.read_text().splitlines() if '"adapter ready"' in line]
    named = [(one["source"], one["part"]) for one in ready]
    assert named == [(CALEDON, "police"), (CALEDON, "police 2"), (other, "police")]
