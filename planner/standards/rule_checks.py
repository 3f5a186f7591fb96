"""What the keys of one rule say together, and the rules of one file: every contradiction."""

from __future__ import annotations

import difflib
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from planner.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Entry: TypeAlias = Mapping[str, Any]

CENTRE_MEASURES: Final = (
    "floor_area_m2",
    "floor_area_existing_m2",
    "convenience_area_m2",
    "activity_area_m2",
    "site_area_m2",
    "households_served",
    "social_workers",
    "social_work_room",
)
UNIT_MEASURES: Final = ("persons", "households")
DISTANCE_MEASURES: Final = ("travel_time_s", "walk_m", "straight_m")
PER_MEASURES: Final = ("households", "persons", *CENTRE_MEASURES)
_UNITS: Final = ("community", "street", "district", "plan")
_BANDS: Final = ("between", "about")
_DEFAULTS: Final = {"rule_type": "threshold", "judged_unit": "centre"}

_MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "threshold": (*CENTRE_MEASURES, *UNIT_MEASURES),
    "ratio": CENTRE_MEASURES,
    "presence": ("centres",),
    "parent": ("parent",),
    "share": DISTANCE_MEASURES,
    "reach": DISTANCE_MEASURES,
}
_JUDGED: Final[dict[str, tuple[str, ...]]] = {
    "threshold": ("centre", *_UNITS),
    "ratio": _UNITS,
    "presence": ("community", "street", "district"),
    "parent": ("centre",),
    "share": _UNITS,
    "reach": _UNITS,
}
_ONLY_FOR: Final[dict[str, tuple[str, ...]]] = {
    "per": ("ratio",),
    "per_count": ("ratio",),
    "circle": ("share",),
    "limit": ("share",),
    "share_of": ("share",),
    "unit_share": ("share",),
}
_SAME_SUBJECT: Final = (
    "rule_type", "measures", "comparison", "force", "judged_unit", "levels", "kinds", "statuses",
    "in_plan_scope", "other_scope", "districts", "per", "circle", "limit", "share_of",
)  # fmt: skip


def check_rules(
    root: Entry, circles: Sequence[Entry], clauses: Sequence[Entry], *, file: str
) -> list[Fault]:
    """
    List what is wrong with rules whose keys are each right by themselves.

    Parameters
    ----------
    root, circles, clauses
        The tables of a rule set's file, each found to hold what its keys ask for.
    file
        Name of the file, for messages.

    Returns
    -------
    faults
        Measures that the kind of rule does not know, keys that belong to another kind, bands
        that are binding or have no width, circles that are not there, `part_of` in a circle,
        a rule that ends before it begins, and two rules that ask different values of the
        same thing on the same day. Each names the file, the rule and the key.
    """
    names = [circle["id"] for circle in circles]
    informs = not root.get("judges", True)
    judged = [clause for clause in clauses if clause.get("judges", not informs)]
    found = [
        (clause, fault)
        for clause in judged
        for fault in (*_measure_faults(clause), *_shape_faults(clause, names))
    ]
    found += [(clause, fault) for clause in clauses for fault in _band_faults(clause)]
    found += [(clause, fault) for clause in clauses for fault in _date_faults(clause)]
    found += list(_circular(judged))
    found += list(_overlaps(judged, root))
    return [_place(fault, clause, file) for clause, fault in found]


def _say(clause: Entry, key: str) -> Any:  # noqa: ANN401 - a value of the file
    return clause.get(key, _DEFAULTS.get(key))


def _place(fault: Fault, clause: Entry, file: str) -> Fault:
    """Name the file and the rule of a fault."""
    return Fault(
        f"clause `{clause['id']}`: {fault.message}",
        file=file,
        field=fault.field,
        found=fault.found,
        expected=fault.expected,
        hint=fault.hint,
    )


def _measure_faults(clause: Entry) -> Iterator[Fault]:
    """Check what is measured, what it is per, and what it is part of."""
    for key, known in (
        ("measures", _MEASURES[_say(clause, "rule_type")]),
        ("per", PER_MEASURES),
        ("part_of", CENTRE_MEASURES),
    ):
        if key in clause and clause[key] not in known:
            near = difflib.get_close_matches(clause[key], known, n=1, cutoff=0.5)
            yield Fault(
                "wrong value",
                field=key,
                found=repr(clause[key]),
                expected=f"one of {', '.join(known)}",
                hint=f"did you mean `{near[0]}`?" if near else None,
            )


def _shape_faults(clause: Entry, circles: Sequence[str]) -> Iterator[Fault]:
    """Check that the keys fit the kind of rule."""
    kind, unit = _say(clause, "rule_type"), _say(clause, "judged_unit")
    if unit not in _JUDGED[kind]:
        expected = "one of " + ", ".join(_JUDGED[kind])
        yield Fault(
            f"a rule of type {kind} does not judge this",
            field="judged_unit", found=unit, expected=expected,
        )  # fmt: skip
    for key, kinds in _ONLY_FOR.items():
        if key in clause and kind not in kinds:
            yield Fault(f"the key is for rules of type {', '.join(kinds)}", field=key, found=kind)
    if kind == "threshold" and unit == "centre" and clause["measures"] in UNIT_MEASURES:
        yield Fault("a figure of a unit, not of a centre", field="measures", expected="a unit")
    if kind == "ratio" and "per" not in clause:
        yield Fault("key missing", field="per", expected="what it is per, such as households")
    if kind == "share":
        yield from _share_faults(clause, circles)


def _share_faults(clause: Entry, circles: Sequence[str]) -> Iterator[Fault]:
    """Check what a share is within, and that it is a share."""
    if ("circle" in clause) == ("limit" in clause):
        yield Fault("needs a circle or a limit, and not both", field="circle")
    if "circle" in clause and clause["circle"] not in circles:
        yield Fault(
            "no such life circle in the rule set",
            field="circle",
            found=clause["circle"],
            expected=f"one of {', '.join(circles)}" if circles else "a [[life_circle]]",
        )
    if "circle" in clause and clause["measures"] != "travel_time_s":
        yield Fault(
            "a life circle is a time", field="measures",
            found=clause["measures"], expected="travel_time_s",
        )  # fmt: skip
    for key in ("value", "unit_share"):
        if not 0 <= clause.get(key, 1) <= 1:
            yield Fault("not a share", field=key, found=f"{clause[key]:g}", expected="0 to 1")


def _band_faults(clause: Entry) -> Iterator[Fault]:
    """Check that a band has a width and binds nobody."""
    comparison = clause["comparison"]
    if comparison in _BANDS and clause["force"] == "must":
        yield Fault(
            "a range or an about value is advisory", field="force",
            found="must", expected="should, may or about",
        )  # fmt: skip
    for key, needs in (("value_max", "between"), ("band_share", "about")):
        if comparison == needs and key not in clause:
            yield Fault("key missing", field=key, expected=f"a number: `{needs}` needs it")
        if comparison != needs and key in clause:
            yield Fault(f"the key is for the comparison `{needs}`", field=key, found=comparison)
    if comparison == "between" and clause.get("value_max", clause["value"]) < clause["value"]:
        yield Fault(
            "the range ends below its beginning", field="value_max",
            found=f"{clause['value_max']:g}", expected=f"{clause['value']:g} or more",
        )  # fmt: skip


def _date_faults(clause: Entry) -> Iterator[Fault]:
    """Check that a rule ends after it begins."""
    start, end = clause.get("valid_from"), clause.get("valid_to")
    if start is not None and end is not None and end < start:
        yield Fault(
            "the rule ends before it begins", field="valid_to",
            found=str(end), expected=f"{start} or later",
        )  # fmt: skip


def _circular(clauses: Sequence[Entry]) -> Iterator[tuple[Entry, Fault]]:
    """Find areas that are, by some way around, part of themselves."""
    part_of = {clause["measures"]: clause["part_of"] for clause in clauses if "part_of" in clause}
    for clause in clauses:
        chain = [clause["measures"]]
        while chain[-1] in part_of and chain[-1] not in chain[:-1]:
            chain.append(part_of[chain[-1]])
        if "part_of" in clause and chain[-1] == chain[0]:
            fault = Fault(
                "part_of goes around in a circle",
                field="part_of",
                found=" in ".join(chain),
                hint="an area can be part of a larger one only",
            )
            yield clause, fault


def _overlaps(clauses: Sequence[Entry], root: Entry) -> Iterator[tuple[Entry, Fault]]:
    """Find rules that ask different values of the same thing on the same day."""

    def subject(clause: Entry) -> tuple[Any, ...]:
        said = (_say(clause, key) for key in _SAME_SUBJECT)
        return tuple(tuple(sorted(one)) if isinstance(one, list) else one for one in said)

    def span(clause: Entry) -> tuple[date, date]:
        start = clause.get("valid_from", root["valid_from"])
        return start, clause.get("valid_to", root.get("valid_to", date.max))

    for one, two in combinations(clauses, 2):
        if subject(one) != subject(two) or one["value"] == two["value"]:
            continue
        (start, end), (other_start, other_end) = span(one), span(two)
        if max(start, other_start) <= min(end, other_end):
            fault = Fault(
                f"asks another value of the same thing than clause `{one['id']}` while both hold",
                field="valid_from",
                found=f"{one['value']:g} and {two['value']:g} from {max(start, other_start)}",
                expected="periods that do not overlap",
                hint="give each its valid_from and valid_to",
            )
            yield two, fault
