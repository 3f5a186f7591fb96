"""What every test shares: cache folders of its own, and where the real data is."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Compiled kernels are kept between runs, outside the checkout; the network cache is fresh.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "planner-test-numba"))
os.environ["PLANNER_CACHE_DIR"] = tempfile.mkdtemp(prefix="planner-test-cache-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, saying so, what needs the real data where it is absent."""
    if shared_data_dir() is not None:
        return
    skip = pytest.mark.skip(reason="the real data is absent (PLANNER_SHARED_DATA, ../shared/data)")
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(skip)


def shared_data_dir() -> Path | None:
    """Return the folder of the real data, `None` where absent."""
    named = os.environ.get("PLANNER_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = shared_data_dir()
    assert folder is not None, "tests that ask for this fixture carry the mark shared_data"
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
