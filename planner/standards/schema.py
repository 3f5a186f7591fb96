"""What a rule set's file may say, and every fault of one that says otherwise."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from planner.domain.standard import Clause, LifeCircle, RuleSet
from planner.errors import Fault, StandardsError
from planner.standards.rule_checks import check_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

ValueKind: TypeAlias = Literal["text", "number", "date", "flag", "texts", "serves"]

LEVEL_NAMES: Final = ("community", "street", "district")
KIND_NAMES: Final = ("comprehensive", "convenience", "party_service", "other")
STATUS_NAMES: Final = ("existing", "new", "expanded", "closed")
CERTAINTIES: Final = ("read", "second-hand", "unverified", "inference")

_EXPECTED: Final[dict[ValueKind, str]] = {
    "text": "text in quotes",
    "number": "a number",
    "date": "a date such as 2018-10-01",
    "flag": "true or false",
    "texts": "a list of texts",
    "serves": 'a list such as [{ level = "community", kind = "comprehensive" }]',
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: what it holds, whether it must stand there, what it may say."""

    kind: ValueKind
    required: bool = True
    choices: tuple[str, ...] = ()
    positive: bool = False


_ROOT_KEYS: Final[dict[str, Key]] = {
    "id": Key("text"),
    "title": Key("text"),
    "title_en": Key("text"),
    "issuing_body": Key("text"),
    "valid_from": Key("date"),
    "valid_to": Key("date", required=False),
    "superseded_by": Key("text", required=False),
    "source": Key("text"),
    "notes": Key("texts", required=False),
    "judges": Key("flag", required=False),
}
_CIRCLE_KEYS: Final[dict[str, Key]] = {
    "id": Key("text"),
    "limit_s": Key("number", positive=True),
    "name_zh": Key("text"),
    "name_en": Key("text"),
    "serves": Key("serves"),
    "serves_certainty": Key("text", required=False, choices=CERTAINTIES),
    "text": Key("text"),
    "source": Key("text", required=False),
    "certainty": Key("text", choices=CERTAINTIES),
}
_CLAUSE_KEYS: Final[dict[str, Key]] = {
    "id": Key("text"),
    "group": Key("text", choices=("floor_area", "staffing", "hierarchy", "ratio", "circle")),
    "force": Key("text", choices=("must", "should", "may", "about")),
    "rule_type": Key(
        "text",
        required=False,
        choices=("threshold", "ratio", "presence", "parent", "share", "reach"),
    ),
    "measures": Key("text"),
    "comparison": Key("text", choices=(">=", "<=", "between", "about")),
    "value": Key("number"),
    "value_max": Key("number", required=False),
    "band_share": Key("number", required=False, positive=True),
    "unit": Key("text"),
    "per": Key("text", required=False),
    "per_count": Key("number", required=False, positive=True),
    "circle": Key("text", required=False),
    "limit": Key("number", required=False, positive=True),
    "share_of": Key(
        "text",
        required=False,
        choices=("persons", "households", "homes", "residential_land", "communities"),
    ),
    "unit_share": Key("number", required=False, positive=True),
    "levels": Key("texts", required=False, choices=LEVEL_NAMES),
    "kinds": Key("texts", required=False, choices=KIND_NAMES),
    "statuses": Key("texts", required=False, choices=STATUS_NAMES),
    "in_plan_scope": Key("flag", required=False),
    "districts": Key("texts", required=False),
    "part_of": Key("text", required=False),
    "judged_unit": Key(
        "text", required=False, choices=("centre", "community", "street", "district", "plan")
    ),
    "other_scope": Key("text", required=False),
    "valid_from": Key("date", required=False),
    "valid_to": Key("date", required=False),
    "judges": Key("flag", required=False),
    "name_zh": Key("text"),
    "name_en": Key("text"),
    "text": Key("text"),
    "source": Key("text", required=False),
    "certainty": Key("text", choices=CERTAINTIES),
}
_TABLES: Final = ("life_circle", "clause")


def read_rule_set(data: Mapping[str, Any], *, file: str) -> RuleSet:
    """
    Turn the parsed file of a rule set into a record.

    Parameters
    ----------
    data
        The parsed TOML document.
    file
        Name of the file, for messages.

    Returns
    -------
    rule_set
        Life circles and clauses in the order of the file.

    Raises
    ------
    StandardsError
        With every fault of the file: unknown keys (and the nearest known one),
        missing keys, wrong values, ids given twice; and where there are none of these,
        what `check_rules` finds. Each names the file, the rule and the key.
    """
    faults = _root_faults(data, file)
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, keys in (("life_circle", _CIRCLE_KEYS), ("clause", _CLAUSE_KEYS)):
        tables[table], found = _read_tables(data.get(table, []), table, keys, file)
        faults += found
    if not faults and not any(tables.values()):
        faults.append(Fault("a rule set needs a life circle or a clause", file=file))
    if not faults:
        faults = check_rules(data, tables["life_circle"], tables["clause"], file=file)
    if faults:
        raise StandardsError(faults)
    return _rule_set(data, tables)


def _root_faults(data: Mapping[str, Any], file: str) -> list[Fault]:
    """Check the keys that stand above the tables."""
    root = {key: value for key, value in data.items() if key not in _TABLES}
    faults = _table_faults(root, _ROOT_KEYS, "", file, also_known=_TABLES)
    start, end = data.get("valid_from"), data.get("valid_to")
    if _holds(start, "date") and _holds(end, "date") and end < start:  # type: ignore[operator]  # both are dates
        faults.append(
            Fault(
                "the rule set ends before it begins",
                file=file,
                field="valid_to",
                found=str(end),
                expected=f"{start} or later",
            )
        )
    return faults


def _read_tables(
    found: object, table: str, keys: Mapping[str, Key], file: str
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Check each `[[table]]` and that no id stands twice."""
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        hint = f"write [[{table}]]"
        return [], [Fault(f"`{table}` must be a list of tables", file=file, field=table, hint=hint)]
    entries = cast("list[dict[str, Any]]", found)
    faults: list[Fault] = []
    for position, entry in enumerate(entries, start=1):
        rule = f"{table} `{entry['id']}`" if "id" in entry else f"{table} {position}"
        faults += _table_faults(entry, keys, rule, file)
    seen = Counter(str(entry["id"]) for entry in entries if "id" in entry)
    faults += [
        Fault(f"{table} id given {count} times", file=file, field="id", found=name)
        for name, count in seen.items()
        if count > 1
    ]
    return entries, faults


def _table_faults(
    entry: Mapping[str, Any],
    keys: Mapping[str, Key],
    rule: str,
    file: str,
    *,
    also_known: tuple[str, ...] = (),
) -> list[Fault]:
    """List unknown keys, missing keys and wrong values of one table."""
    prefix = f"{rule}: " if rule else ""
    faults = []
    for name in entry:
        if name not in keys:
            near = difflib.get_close_matches(name, [*keys, *also_known], n=1, cutoff=0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(keys)}"
            faults.append(Fault(f"{prefix}unknown key", file=file, field=name, hint=hint))
    for name, key in keys.items():
        if name not in entry:
            if key.required:
                faults.append(
                    Fault(
                        f"{prefix}key missing", file=file, field=name, expected=_EXPECTED[key.kind]
                    )
                )
            continue
        wrong = _wrong_value(entry[name], key)
        if wrong is not None:
            faults.append(
                Fault(
                    f"{prefix}wrong value",
                    file=file,
                    field=name,
                    found=repr(entry[name]),
                    expected=wrong,
                )
            )
    return faults


def _wrong_value(value: object, key: Key) -> str | None:
    """Return what was expected where `value` is not it, else `None`."""
    if not _holds(value, key.kind):
        return _EXPECTED[key.kind]
    if key.positive and cast("float", value) <= 0:
        return "a number greater than 0"
    if key.choices:
        said = [value] if key.kind == "text" else cast("list[str]", value)
        if any(word not in key.choices for word in said):
            return f"{'one' if key.kind == 'text' else 'some'} of {', '.join(key.choices)}"
    return None


def _holds(value: object, kind: ValueKind) -> bool:
    """Tell whether `value` is of the kind that a key holds."""
    if kind == "number":
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
    if kind == "serves":
        return isinstance(value, list) and bool(value) and all(_is_pair(pair) for pair in value)
    return isinstance(value, str) and value.strip() != ""


def _is_pair(pair: object) -> bool:
    """Tell whether a table names one level and one kind."""
    return (
        isinstance(pair, dict)
        and set(pair) == {"level", "kind"}
        and pair["level"] in LEVEL_NAMES
        and pair["kind"] in KIND_NAMES
    )


def _rule_set(data: Mapping[str, Any], tables: Mapping[str, list[dict[str, Any]]]) -> RuleSet:
    """Make the record of a file without faults."""
    source = data["source"]
    return RuleSet(
        rule_set_id=data["id"],
        title=data["title"],
        title_en=data["title_en"],
        issuing_body=data["issuing_body"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        superseded_by=data.get("superseded_by"),
        life_circles=tuple(_life_circle(entry, source) for entry in tables["life_circle"]),
        clauses=tuple(_clause(entry, source) for entry in tables["clause"]),
        notes=tuple(data.get("notes", ())),
        judges=data.get("judges", True),
    )


def _life_circle(entry: Mapping[str, Any], source: str) -> LifeCircle:
    """Make the record of a checked `[[life_circle]]`."""
    return LifeCircle(
        circle_id=entry["id"],
        limit_s=float(entry["limit_s"]),
        name_zh=entry["name_zh"],
        name_en=entry["name_en"],
        serves=tuple((pair["level"], pair["kind"]) for pair in entry["serves"]),
        text=entry["text"],
        source=entry.get("source", source),
        certainty=entry["certainty"],
        serves_certainty=entry.get("serves_certainty", "inference"),
    )


def _clause(entry: Mapping[str, Any], source: str) -> Clause:
    """Make the record of a checked `[[clause]]`."""
    return Clause(
        clause_id=entry["id"],
        group=entry["group"],
        force=entry["force"],
        measures=entry["measures"],
        comparison=entry["comparison"],
        value=float(entry["value"]),
        unit=entry["unit"],
        levels=tuple(entry.get("levels", ())),
        kinds=tuple(entry.get("kinds", ())),
        statuses=tuple(entry.get("statuses", ())),
        in_plan_scope=entry.get("in_plan_scope", False),
        part_of=entry.get("part_of"),
        name_zh=entry["name_zh"],
        name_en=entry["name_en"],
        text=entry["text"],
        source=entry.get("source", source),
        certainty=entry["certainty"],
        judged_unit=entry.get("judged_unit", "centre"),
        other_scope=entry.get("other_scope", ""),
        rule_type=entry.get("rule_type", "threshold"),
        value_max=_number(entry, "value_max"),
        band_share=_number(entry, "band_share"),
        per=entry.get("per"),
        per_count=float(entry.get("per_count", 1.0)),
        circle=entry.get("circle"),
        limit=_number(entry, "limit"),
        share_of=entry.get("share_of", "persons"),
        unit_share=float(entry.get("unit_share", 1.0)),
        districts=tuple(entry.get("districts", ())),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        judges=entry.get("judges", True),
    )


def _number(entry: Mapping[str, Any], name: str) -> float | None:
    """Return an optional number."""
    return float(entry[name]) if name in entry else None
