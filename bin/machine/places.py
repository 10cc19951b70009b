"""Where things lie: the checkout, its Python environment, its state directory.

Every checkout has a state directory of its own, so that two clones never share a database:
`/var/lib/mediatrack/<name-hash>` for root, `~/.local/state/mediatrack/<name-hash>` for anyone else.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
SOCKET_LIMIT = 107  # bytes: what a unix socket's address holds


def is_root() -> bool:
    """Tell whether this process runs as root."""
    return os.geteuid() == 0


def checkout_name(root: Path = ROOT) -> str:
    """Return a short name for a checkout that no other checkout on this machine has."""
    slug = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:24] or "checkout"
    return f"{slug}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


def state_directory(root: Path = ROOT) -> Path:
    """Return the state directory of a checkout (not necessarily made yet)."""
    if is_root():
        base = Path("/var/lib/mediatrack")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        base = base / "mediatrack"
    return base / checkout_name(root)


def socket_directory(wanted: Path, longest_name: str) -> Path:
    """Return `wanted`, or a short directory in its stead when a socket's path in it is too long."""
    if len(os.fsencode(wanted / longest_name)) <= SOCKET_LIMIT:
        return wanted
    mark = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"mediatrack-{os.geteuid()}-{mark}"


def pass_to_group(directory: Path, group: str | None) -> None:
    """Let a directory's group pass through it and own the sockets made there, if there is one."""
    if group is not None:
        directory.chmod(0o2710)


def make_private(directory: Path) -> Path:
    """Make a directory that only its owner may enter; its parents can be passed through."""
    for parent in reversed(directory.parents):
        if not parent.exists():
            parent.mkdir(mode=0o755, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    directory.chmod(0o700)
    return directory
