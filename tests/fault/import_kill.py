"""`hub subjects import` that ends itself by SIGKILL inside a transaction, before it commits.

python import_kill.py WHERE TIMES ARGUMENT...: in the midst of the next `insert` or `update` after so many of them.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from hub.cli import main
from hub.matching.register import writing_store

if __name__ == "__main__":
    where, times, done = sys.argv[1], int(sys.argv[2]), count()
    write = getattr(writing_store, where)

    def write_or_die(connection, rows):
        write(connection, rows)
        if rows and next(done) >= times:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(writing_store, where, write_or_die)
    sys.argv = ["hub", "subjects", "import", *sys.argv[3:]]
    main()
