"""`hub adapter run` whose files may not grow beyond some bytes, as on a disk that others fill, until SIGUSR1 comes.

python full_disk.py BYTES ARGUMENTS...: the arguments are those of `hub`.
"""

from __future__ import annotations

import resource
import signal
import sys

from hub.cli import main


def make_room(*_: object) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
    signal.signal(signal.SIGUSR1, make_room)
    sys.argv = ["hub", *sys.argv[2:]]
    main()
