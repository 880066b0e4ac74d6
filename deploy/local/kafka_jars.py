"""Apache Kafka's own jars: found in the user's cache, or fetched there once by Maven."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from local_process import MissingPartError, PartFailedError
from platformdirs import user_cache_path

_POM = Path(__file__).with_name("pom.xml")
_JAVA = 17  # what Kafka 4 asks of a broker
_NEEDED = (
    "Real Kafka is needed and none can be had: start Docker, or install a Java runtime of version 17 or newer and "
    "Maven (on Debian or Ubuntu: apt-get install default-jdk-headless maven), or set HUB_KAFKA_BOOTSTRAP to the "
    "address of a Kafka broker."
)


def find_java() -> str:
    """Return the path of a Java that can run Kafka, from JAVA_HOME or PATH."""
    home = os.environ.get("JAVA_HOME")
    inside = str(Path(home) / "bin" / "java") if home else None
    for java in (inside, shutil.which("java")):
        if java and _java_version(java) >= _JAVA:
            return java
    raise MissingPartError(_NEEDED)


def _java_version(java: str) -> int:
    """Return the major version, or 0 for something that does not run (macOS has a java that only advertises one)."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True, timeout=30).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def find_jars() -> Path:
    """Return the folder of jars, after fetching it if this machine has none for this pom yet."""
    version = hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]
    cache = user_cache_path("concern-hub", appauthor=False, ensure_exists=True)
    jars = cache / f"kafka-{version}"
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test runs may begin at once
        if not jars.is_dir():
            _fetch(jars)
    return jars


def _fetch(jars: Path) -> None:
    """Let Maven copy the jars beside their place, then rename, so that a broken fetch leaves nothing behind."""
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingPartError(_NEEDED)
    partial = jars.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[:1] or ["no output"]
        message = f"Maven could not fetch Kafka's jars: {last[0]}"
        raise PartFailedError(message)
    partial.rename(jars)
