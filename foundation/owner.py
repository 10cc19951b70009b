"""Files of the state directory belong to whoever owns it: the account that the product runs as.

A command that root starts writes there, too. What it makes is handed over at once, or web and
worker couldn't read it.
"""

import os
from pathlib import Path


def hand_over(path: Path) -> None:
    """Give a file that root has just made to the owner of its directory; else do nothing."""
    if os.geteuid() != 0:
        return
    directory = path.parent.stat()
    if directory.st_uid != 0:
        os.chown(path, directory.st_uid, directory.st_gid)


def make_private(directory: Path) -> None:
    """Make a directory and those above it that are missing, for their owner alone."""
    for each in (*reversed(directory.parents), directory):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)
            hand_over(each)
