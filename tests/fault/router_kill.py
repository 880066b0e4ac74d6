"""`hub router` that ends itself by SIGKILL after a batch's database commit and before its offset commit.

python router_kill.py BATCHES: so many batches go by whole before.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from hub.cli import main
from hub.kafka import subscriber

if __name__ == "__main__":
    whole, commit, batches = int(sys.argv[1]), subscriber._commit, count()

    async def commit_or_die(*arguments):
        if next(batches) >= whole:
            os.kill(os.getpid(), signal.SIGKILL)
        return await commit(*arguments)

    subscriber._commit = commit_or_die
    sys.argv = ["hub", "router"]
    main()
