"""Names of runs that can be names of folders anywhere."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_PORTS = (f"{port}{digit}" for port in ("COM", "LPT") for digit in range(1, 10))
_DEVICES = frozenset(("CON", "PRN", "AUX", "NUL", *_PORTS))
_ROOT_FILES = frozenset(("index.html", "batch.xlsx", "batch.json"))
_LONGEST = 60
_HEX_DIGITS = 6


def make_safe(name: str) -> str:
    """
    Return a name that can be a folder on Windows too.

    Examples
    --------
    >>> make_safe("方案 A/B?"), make_safe("con"), make_safe("v1. ")
    ('方案 A_B_', 'con_', 'v1')
    """
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))[:_LONGEST]
    text = text.strip().rstrip(". ").lstrip(".")
    if not text:
        return "study"
    if text.split(".")[0].strip().upper() in _DEVICES or text.casefold() in _ROOT_FILES:
        # The device is reserved with any extension, so the mark goes before the dot.
        stem, dot, rest = text.partition(".")
        return f"{stem}_{dot}{rest}"
    return text


def make_unique(names: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """
    Return safe names, no two of them the same folder where case does not count.

    Parameters
    ----------
    names
        As asked for.
    paths
        The file each name stands for; where names clash, each of them gets six hex
        digits of the sha256 of its path.
    """
    safe = [make_safe(name) for name in names]
    counts = Counter(name.casefold() for name in safe)
    return [
        f"{name}-{_digest(path)}" if counts[name.casefold()] > 1 else name
        for name, path in zip(safe, paths, strict=True)
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.as_posix().encode("utf-8")).hexdigest()[:_HEX_DIGITS]
