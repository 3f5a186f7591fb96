"""One table of a study file, read key by key; every fault is noted, none raised."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

_MISSING = object()


@dataclass(slots=True)
class StudyText:
    """
    What all tables of one study file share.

    Attributes
    ----------
    path
        The study file, absolute.
    faults
        Everything wrong with keys and values.
    missing
        Files that the study names and that do not exist.
    known
        Keys that each section may hold, gathered as they are asked for.
    """

    path: Path
    faults: list[Fault] = field(default_factory=list)
    missing: list[Fault] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)

    def fault(self, message: str, **where: str | None) -> None:
        """Note a fault of the study file."""
        self.faults.append(Fault(message, file=self.path.name, **where))


class TableReader:
    """
    A section of the study file; the getters return the default where a value is wrong.

    Parameters
    ----------
    text
        Collector of faults.
    section
        Name of the section, empty for the top level.
    values
        What the section holds, as TOML gives it.
    """

    def __init__(self, text: StudyText, section: str, values: dict[str, Any]) -> None:
        self._text = text
        self._section = section
        self._values = values
        self._known = text.known.setdefault(section, set())

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def label(self, key: str) -> str:
        """Return the key with its section, as messages name it."""
        return f"{self._section}.{key}" if self._section else key

    def wrong(self, key: str, message: str, **where: str | None) -> None:
        """Note a fault of one key."""
        self._text.fault(message, field=self.label(key), **where)

    def _take(self, key: str) -> Any:  # noqa: ANN401 - a TOML value is of any type
        self._known.add(key)
        return self._values.get(key, _MISSING)

    def _wrong_type(self, key: str, value: object, expected: str) -> None:
        self.wrong(key, "has a value of the wrong type", found=show(value), expected=expected)

    def text(self, key: str) -> str | None:
        """Return a text that is not empty."""
        value = self._take(key)
        if value is _MISSING:
            return None
        if not isinstance(value, str):
            self._wrong_type(key, value, "a text in quotes")
            return None
        if not value.strip():
            self.wrong(key, "is empty", expected="a text", hint="fill it in or remove the key")
            return None
        return value

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """Return one of the words allowed."""
        value = self.text(key)
        if value is None:
            return default
        if value not in choices:
            self.wrong(
                key,
                "is not one of the words allowed",
                found=show(value),
                expected=" or ".join(choices),
                hint=nearest_hint(value, choices),
            )
            return default
        return value

    def number(
        self, key: str, *, minimum: float = 0.0, maximum: float = float("inf")
    ) -> float | None:
        """Return a number above `minimum` and not above `maximum`."""
        value = self._take(key)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong_type(key, value, "a number without quotes")
            return None
        if not minimum < value <= maximum or value == float("inf"):
            above = f"a number greater than {minimum:g}"
            top = "" if maximum == float("inf") else f" and at most {maximum:g}"
            self.wrong(key, "is out of range", found=show(value), expected=above + top)
            return None
        return float(value)

    def whole(self, key: str) -> int | None:
        """Return a whole number of at least 1."""
        value = self._take(key)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_type(key, value, "a whole number")
            return None
        if value < 1:
            self.wrong(key, "is out of range", found=show(value), expected="1 or more")
            return None
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key)
        if value is _MISSING:
            return default
        if not isinstance(value, bool):
            self._wrong_type(key, value, "true or false, without quotes")
            return default
        return value

    def day(self, key: str) -> date | None:
        """Return a date, written as TOML writes it or in quotes."""
        value = self._take(key)
        if value is _MISSING:
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if not isinstance(value, date) or isinstance(value, datetime):
            self.wrong(
                key, "is not a date", found=show(value), expected="a date such as 2018-10-01"
            )
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts."""
        value = self._take(key)
        if value is _MISSING:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._wrong_type(key, value, 'a list of texts such as ["…", "…"]')
            return None
        return tuple(value)

    def numbers(self, key: str) -> tuple[float, ...] | None:
        """Return a list of numbers above 0."""
        value = self._take(key)
        if value is _MISSING:
            return None
        usable = isinstance(value, list) and all(
            isinstance(item, int | float) and not isinstance(item, bool) for item in value
        )
        if not usable:
            self._wrong_type(key, value, "a list of numbers such as [2700, 4000]")
            return None
        wrong = [item for item in value if not 0 < item < float("inf")]
        if wrong:
            self.wrong(
                key, "is out of range", found=show(wrong[0]), expected="numbers greater than 0"
            )
            return None
        return tuple(float(item) for item in value)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a table inside this one."""
        value = self._take(key)
        if value is _MISSING:
            return {}
        if not isinstance(value, dict):
            self._wrong_type(key, value, 'a table such as { name = "…" }')
            return {}
        return value

    def tables(self, key: str) -> list[TableReader]:
        """Return a list of tables inside this one."""
        value = self._take(key)
        if value is _MISSING:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._wrong_type(key, value, 'a list of tables such as [{ name = "…" }]')
            return []
        return [TableReader(self._text, self.label(key), one) for one in value]

    def columns(self, key: str, canonical: Sequence[str]) -> dict[str, str]:
        """Return names of columns by canonical name."""
        chosen: dict[str, str] = {}
        for name, column in self.mapping(key).items():
            where = f"{key}.{name}"
            if name not in canonical:
                self.wrong(
                    where,
                    "there is no such column to recognise",
                    expected=", ".join(canonical),
                    hint=nearest_hint(name, canonical),
                )
            elif not isinstance(column, str) or not column.strip():
                self._wrong_type(where, column, "the name of a column, in quotes")
            else:
                chosen[name] = column
        return chosen

    def file(self, key: str) -> Path | None:
        """Return an absolute path; a file that does not exist is noted."""
        value = self.text(key)
        if value is None:
            return None
        return self.existing(key, value)

    def files(self, key: str) -> tuple[Path, ...]:
        """Return absolute paths of one file or of a list of them; none where the key is absent."""
        value = self._take(key)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            if not value or not all(item.strip() for item in value):
                self.wrong(key, "is empty", expected="a text", hint="fill it in or remove the key")
                return ()
            return tuple(self.existing(key, item) for item in value)
        if value is not _MISSING and not isinstance(value, str):
            self._wrong_type(key, value, 'a path in quotes, or a list such as ["…", "…"]')
            return ()
        path = self.file(key)
        return () if path is None else (path,)

    def file_or_texts(self, key: str) -> Path | tuple[str, ...]:
        """Return the absolute path of a file, or a list of texts; empty where the key is absent."""
        if isinstance(self._values.get(key), str):
            return self.file(key) or ()
        return self.texts(key) or ()

    def existing(self, key: str, value: str) -> Path:
        """Return the path that a text names, relative to the study; note it where missing."""
        # A study written on Windows may part folders with backslashes.
        named = Path(value.replace("\\", "/")).expanduser()
        path = (self._text.path.parent / named).resolve()
        if not path.exists():
            self._text.missing.append(
                Fault(
                    "the file does not exist",
                    file=self._text.path.name,
                    field=self.label(key),
                    found=str(path),
                    hint=_nearest_file(path),
                )
            )
        return path

    def crs(self, key: str) -> str | None:
        """Return the name of a coordinate reference system that PROJ knows."""
        value = self.text(key)
        if value is None:
            return None
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            CRS.from_user_input(value)
        except CRSError:
            self.wrong(
                key,
                "is not a coordinate reference system",
                found=show(value),
                expected='a code such as "EPSG:4490" or "EPSG:4545"',
            )
            return None
        return value

    def finish(self) -> None:
        """Note the keys that nobody asked for, naming the nearest known one."""
        for key in self._values:
            if key in self._known:
                continue
            self._text.fault(
                "unknown key",
                field=self.label(key),
                expected=", ".join(sorted(self._known)),
                hint=self._unknown_hint(key),
            )

    def _unknown_hint(self, key: str) -> str | None:
        homes = [name for name, keys in self._text.known.items() if key in keys]
        if homes:
            return "it belongs to " + " or ".join(
                f"[{name}]" if name else "the top, before any section" for name in sorted(homes)
            )
        nearest = difflib.get_close_matches(key, sorted(self._known), n=1)
        if nearest:
            return f"did you mean {self.label(nearest[0])}?"
        # Always the nearest, however far: a wrong key never goes without a suggestion.
        furthest = difflib.get_close_matches(key, sorted(self._known), n=1, cutoff=0.0)
        return f"the nearest known key is {self.label(furthest[0])}" if furthest else None


def show(value: object) -> str:
    """Return a value as a message quotes it."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    limit = 80
    return text if len(text) <= limit else text[: limit - 1] + "…"


def nearest_hint(word: str, choices: Sequence[str]) -> str | None:
    """Return a question that names the choice nearest to a word, if one is near."""
    nearest = difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.5)
    return f"did you mean {nearest[0]}?" if nearest else None


def _nearest_file(path: Path) -> str:
    if not path.parent.is_dir():
        return f"the folder {path.parent} does not exist either"
    names = [item.name for item in path.parent.iterdir()]
    nearest = difflib.get_close_matches(path.name, names, n=1)
    if nearest:
        return f"did you mean {nearest[0]}?"
    return "put the file there, or mend the path in the study"
