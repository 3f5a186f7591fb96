"""The shipped rule sets, and rule sets from files of the user's own."""

from __future__ import annotations

import difflib
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.errors import Fault, StandardsError
from planner.standards.schema import read_rule_set

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from planner.domain.standard import RuleSet

_SUFFIX = ".toml"
_OLD_IDS: Final = {"chongqing-2022": "chongqing-2022-unbuilt"}
"""Ids that shipped rule sets had before, still understood."""


def list_rule_sets() -> tuple[str, ...]:
    """
    Return the ids of the shipped rule sets, sorted.

    Examples
    --------
    >>> "chongqing-2018" in list_rule_sets()
    True
    """
    names = (entry.name for entry in _shipped().iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names))


def load_rule_set(name: str | Path) -> RuleSet:
    """
    Load a rule set: a shipped one by its id, any other by the path of its file.

    Parameters
    ----------
    name
        A shipped id (see `list_rule_sets`), or a path to a TOML file of the same
        form. A text that is a shipped id is never taken as a path. An id that a shipped
        rule set had before is understood.

    Returns
    -------
    rule_set
        Its life circles and clauses, in the order of the file.

    Raises
    ------
    StandardsError
        If no such rule set or file exists, if the file cannot be read as TOML, or
        if it breaks the schema: then with every fault, each naming the file, the
        rule and the key.

    Examples
    --------
    >>> [circle.limit_s for circle in load_rule_set("chongqing-2018").life_circles]
    [300.0, 900.0]
    """
    if isinstance(name, str):
        name = _OLD_IDS.get(name, name)
    if isinstance(name, str) and name in list_rule_sets():
        return _parse((_shipped() / f"{name}{_SUFFIX}").read_bytes(), f"{name}{_SUFFIX}")
    path = Path(name)
    if not path.is_file():
        raise StandardsError(_unknown(name))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StandardsError(
            Fault("the file of the rule set cannot be read", file=str(path), found=str(error))
        ) from error
    return _parse(content, str(path))


def _shipped() -> Traversable:
    """Return the folder of the shipped rule sets, wherever the package is."""
    return resources.files("planner.standards") / "rule_sets"


def _parse(content: bytes, file: str) -> RuleSet:
    """Read the bytes of a rule set's file."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StandardsError(
            Fault("the file is not UTF-8 text", file=file, hint="save it again as UTF-8")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise StandardsError(Fault(f"not a TOML file: {error}", file=file)) from error
    return read_rule_set(data, file=file)


def _unknown(name: str | Path) -> Fault:
    """Say which rule sets there are, and which is nearest to the one asked for."""
    shipped = list_rule_sets()
    near = difflib.get_close_matches(str(name), shipped, n=1, cutoff=0.5)
    return Fault(
        "no such rule set",
        field="rule_sets",
        found=str(name),
        expected=f"one of {', '.join(shipped)}, or the path of a rule set's TOML file",
        hint=f"did you mean `{near[0]}`?" if near else None,
    )
