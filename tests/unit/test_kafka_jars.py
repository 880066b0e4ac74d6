"""Kafka's jars without Maven: those of the list alone, whoever serves them; a Java where there is none."""

import hashlib
import xml.etree.ElementTree as ET
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import kafka_jars
import pytest
from kafka_jars import KAFKA, Jar, listed, verify
from local_process import PartFailedError

CONFORMANCE = Path(__file__).parents[1] / "conformance"
CONTENT = b"as good as a jar"
JAR = Jar(hashlib.sha256(CONTENT).hexdigest(), "org.example.kafka:broker:4.1.0")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A Maven repository on loopback that holds one jar."""
    home = tmp_path / "repository"
    place = home / "org/example/kafka/broker/4.1.0/broker-4.1.0.jar"
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(home))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(kafka_jars.REPOSITORY, f"http://127.0.0.1:{server.server_port}/")
        yield place
        server.shutdown()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "jars"
    made.mkdir()
    return made


@pytest.fixture
def sums(tmp_path):
    path = tmp_path / "kafka_jars.sha256"
    path.write_text(f"{JAR.sha256}  {JAR.coordinates}\n")
    return path


def test_a_jar_is_fetched_from_the_repository_of_the_environment(repository, folder, sums):
    kafka_jars.fetch(JAR, folder)
    assert (folder / "broker-4.1.0.jar").read_bytes() == CONTENT
    verify(folder, sums)


def test_a_jar_that_was_changed_is_not_run(repository, folder, sums):
    repository.write_bytes(CONTENT + b"!")
    kafka_jars.fetch(JAR, folder)
    with pytest.raises(PartFailedError, match=r"broker-4\.1\.0\.jar is not the one that kafka_jars\.sha256 lists"):
        verify(folder, sums)


@pytest.mark.parametrize("change", [lambda folder: (folder / "other.jar").write_bytes(b""), lambda folder: None])
def test_a_jar_too_many_or_too_few_is_not_run(folder, sums, change):
    change(folder)
    with pytest.raises(PartFailedError, match="is not the one"):
        verify(folder, sums)


def test_a_jar_that_is_not_there_is_one_sentence(repository, folder):
    repository.unlink()
    with pytest.raises(PartFailedError, match=r"broker-4\.1\.0\.jar could not be fetched.*set HUB_MAVEN_REPOSITORY"):
        kafka_jars.fetch(JAR, folder)


def test_an_answer_without_end_is_cut_off(repository, folder, monkeypatch):
    monkeypatch.setattr(kafka_jars, "_LARGEST", len(CONTENT) - 1)
    with pytest.raises(PartFailedError, match="is larger than any jar"):
        kafka_jars.fetch(JAR, folder)


@pytest.mark.parametrize(
    ("pom", "sums", "named"),
    [
        (KAFKA.pom, KAFKA.sums, 2),
        (CONFORMANCE / "pom.xml", CONFORMANCE / "validator_jars.sha256", 4),
    ],
    ids=["kafka", "validator"],
)
def test_the_list_is_of_what_the_pom_names(pom, sums, named):
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = ET.parse(pom)  # noqa: S314 - a file of this repository
    wanted = {
        ":".join(one.find(f"m:{part}", names).text for part in ("groupId", "artifactId", "version"))
        for one in pom.iterfind("m:dependencies/m:dependency", names)
    }
    assert len(wanted) == named
    assert wanted <= {jar.coordinates for jar in listed(sums)}
    assert all(len(jar.sha256) == 64 for jar in listed(sums))


def test_a_jar_is_named_as_maven_names_it():
    assert Jar("", "org.example:broker:4.1.0").file == "broker-4.1.0.jar"
    assert Jar("", "org.example:broker:jar:data:4.1.0").file == "broker-4.1.0-data.jar"


def test_a_java_is_had_where_the_machine_has_none(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert kafka_jars._java_version(kafka_jars.find_java()) >= 17
