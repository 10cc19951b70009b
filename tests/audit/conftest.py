"""Keys and checkpoints of each test in a directory of its own."""

import pytest


@pytest.fixture(autouse=True)
def own_directories(settings, tmp_path):
    """Keep wrapping keys, signing keys and the second place apart from other tests'."""
    settings.KEY_DIR = tmp_path / "keys"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
