"""Under which right the product itself shows a work's files: what it does is stream them."""

RIGHTS = {
    "composition": "performance_online",
    "recording": "master_stream",
    "release": "master_stream",
    "series": "fvod",
    "season": "fvod",
    "episode": "fvod",
    "film": "fvod",
    "clip": "fvod",
    "book": "book_electronic",
    "other": "any",
}


def right_of(kind: str) -> str:
    """Return the right for a kind of work; one that isn't listed needs every right."""
    return RIGHTS.get(kind, "any")
