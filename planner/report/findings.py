"""What a look over the streets found, in words, in rows, and as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.coordinates import to_lonlat
from planner.report.explain_text import name_street
from planner.report.formats import format_count, format_share
from planner.report.words import Words

if TYPE_CHECKING:
    from planner.domain.evaluation import EvaluationRecords, StudyInputs
    from planner.domain.findings import NetworkFinding, NetworkFindings
    from planner.domain.network import Streets

_METRES_A_KM = 1000.0
_NEAR_EDGE = ("demand_near_edge", "centre_near_edge")


@dataclass(frozen=True, slots=True)
class FindingRow:
    """
    One place to look at.

    `named` is False where a street without a name is called by its kind; `label` is the id of
    the way, home or centre; `length_m` and `edge_distance_m` are `None` where the kind has
    none; `x`, `y` are in the working CRS.
    """

    kind: str
    severity: str
    name: str
    named: bool
    label: str
    count: int
    length_m: float | None
    edge_distance_m: float | None
    persons: float
    x: float
    y: float
    lon: float
    lat: float


def tell_finding(finding: NetworkFinding, findings: NetworkFindings, words: Words) -> str:
    """Return one finding as a sentence, its numbers in it."""
    language = words.language
    causes = " · ".join(
        words(f"cause.{cause}", count=format_count(count)) for cause, count in finding.causes
    )
    return words(
        f"told.{finding.kind}",
        count=format_count(finding.count),
        km=f"{finding.length_m / _METRES_A_KM:,.1f}",
        metres=f"{finding.length_m:,.1f}",
        share=format_share(finding.share, language),
        length_share=format_share(finding.length_share, language),
        persons=format_count(finding.persons),
        persons_share=format_share(finding.persons_share, language),
        centres=format_count(finding.centres),
        walk=format_count(findings.longest_walk_m),
        causes=causes or words("cause.unknown"),
    )


def tell_in_both(findings: NetworkFindings | None) -> tuple[str, ...]:
    """Return every finding in English and, below it, in Chinese, as `check` prints them."""
    if findings is None:
        return ()
    english, chinese = Words("en"), Words("zh")
    return tuple(
        f"{tell_finding(one, findings, english)}\n  {tell_finding(one, findings, chinese)}"
        for one in findings.findings
    )


def list_finding_places(records: EvaluationRecords | StudyInputs) -> list[FindingRow]:
    """Return every place to look at, by kind, the weightiest first."""
    if records.network_findings is None:
        return []
    words = Words(records.settings.language)
    rows = []
    for finding in records.network_findings.findings:
        places = finding.places
        lonlat = to_lonlat(places.xy, records.network.streets.crs)
        near_edge = finding.kind in _NEAR_EDGE
        for position, index in enumerate(places.index.tolist()):
            name, named, label = _name_place(records, places.noun, index, words)
            length_m = float(places.length_m[position])
            rows.append(
                FindingRow(
                    kind=finding.kind,
                    severity=finding.severity,
                    name=name,
                    named=named,
                    label=label,
                    count=int(places.count[position]),
                    length_m=length_m if length_m and not near_edge else None,
                    edge_distance_m=length_m if near_edge else None,
                    persons=float(places.persons[position]),
                    x=float(places.xy[position, 0]),
                    y=float(places.xy[position, 1]),
                    lon=float(lonlat[position, 0]),
                    lat=float(lonlat[position, 1]),
                )
            )
    return rows


def describe_findings(findings: NetworkFindings | None) -> list[dict[str, Any]]:
    """Return the findings as plain values, for `summary.json` and `check --json`."""
    return [
        {
            "kind": one.kind,
            "severity": one.severity,
            "count": one.count,
            "share": one.share,
            "length_m": one.length_m,
            "length_share": one.length_share,
            "persons": one.persons,
            "persons_share": one.persons_share,
            "centres": one.centres,
            "causes": dict(one.causes),
            "places": len(one.places.index),
        }
        for one in (findings.findings if findings else ())
    ]


def _name_place(
    records: EvaluationRecords | StudyInputs, noun: str, index: int, words: Words
) -> tuple[str, bool, str]:
    """Return what a place is called, whether that is its own name, and its id."""
    if noun == "edge":
        streets = records.network.streets
        return *_name_edge(streets, index, words), str(streets.edge_way_id[index])
    if noun == "centre":
        centre = records.centres.centre[index]
        return centre.name, True, centre.centre_id
    if noun == "demand":
        return "", False, records.demand.demand_id[index]
    return "", False, str(index) if noun == "way" else ""


def _name_edge(streets: Streets, edge: int, words: Words) -> tuple[str, bool]:
    position, kind = int(streets.edge_name[edge]), int(streets.edge_kind[edge])
    way = streets.kinds[kind] if 0 <= kind < len(streets.kinds) else ""
    name = streets.names[position] if position >= 0 else ""
    return name_street(name, way, words.language), bool(name)
