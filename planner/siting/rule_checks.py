"""The rules of a question, from the words of the study to positions, checked."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Fault, SitingInvalid
from planner.siting.rules import Rules, find_rivals

if TYPE_CHECKING:
    from planner.domain.arrays import IntArray
    from planner.domain.siting import SitingGround
    from planner.domain.study import SitingSettings
    from planner.siting.options import Options


def make_rules(options: Options, settings: SitingSettings, ground: SitingGround) -> Rules | None:
    """
    Return the rules that a study asks for, `None` where it asks for none.

    Raises
    ------
    SitingInvalid
        With every fault found: an id that is not there, a must-have that is forbidden,
        must-haves that exclude each other or exceed the number or the budget, a rule of
        streets without streets, nothing left to choose.
    """
    asked = (settings.must_have, settings.most_per_street, settings.min_spacing_m)
    if not any(asked) and not settings.must_not:
        return None
    faults: list[Fault] = []
    must = _find(settings.must_have, "must_have", options, faults)
    allowed = np.ones(options.n_options, np.bool_)
    if isinstance(settings.must_not, Path):
        if ground.forbidden is not None:
            allowed[options.n_expansions :] = ~ground.forbidden
    else:
        allowed[_find(settings.must_not, "must_not", options, faults)] = False
    street = _streets(options, ground)
    if settings.most_per_street is not None and street is None:
        faults.append(
            Fault(
                "A most per street needs to know the streets",
                field="siting.most_per_street",
                hint="give the street areas in [areas]: street = FILE",
            )
        )
    # what stands already is bound neither by the spacing nor by the number a street
    if street is not None:
        street = np.where(options.kept, -1, street)
    rival_indptr, rival = find_rivals(options.xy, settings.min_spacing_m, options.kept)
    rules = Rules(
        must=must,
        allowed=allowed,
        street=np.full(options.n_options, -1, np.int64) if street is None else street,
        most_per_street=settings.most_per_street,
        rival_indptr=rival_indptr,
        rival=rival,
    )
    faults += _conflicts(rules, options, settings, ground)
    if faults:
        raise SitingInvalid(faults)
    return rules


def _find(names: tuple[str, ...], key: str, options: Options, faults: list[Fault]) -> IntArray:
    known = {options.name(place): place for place in reversed(range(options.n_options))}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            faults.append(
                Fault(
                    "There is no such candidate, nor a centre that can be expanded",
                    field=f"siting.{key}",
                    found=name,
                    hint=f"did you mean `{near[0]}`?" if near else None,
                )
            )
    return np.unique(np.array([known[name] for name in names if name in known], np.int64))


def _streets(options: Options, ground: SitingGround) -> IntArray | None:
    if ground.candidate_street is None:
        return None
    if not options.n_expansions or ground.expansion_street is None:
        return ground.candidate_street
    return np.concatenate([ground.expansion_street, ground.candidate_street])


def _conflicts(
    rules: Rules, options: Options, settings: SitingSettings, ground: SitingGround
) -> list[Fault]:
    """Say in words which demands exclude each other."""
    must = rules.must
    faults = [
        Fault(
            "A place that must be chosen is one that must not",
            field="siting.must_have",
            found=options.name(int(one)),
            hint="take it out of must_have, or allow it in must_not",
        )
        for one in must[~rules.allowed[must]]
    ]
    faults += _too_near(rules, options, settings)
    if settings.most_per_street is not None:
        inside = rules.street[must]
        for street in np.flatnonzero(np.bincount(inside[inside >= 0]) > settings.most_per_street):
            names = ", ".join(options.name(int(one)) for one in must[inside == street])
            faults.append(
                Fault(
                    f"More must be chosen in {ground.street_name[street]} than may be",
                    field="siting.must_have",
                    found=names,
                    expected=f"at most {settings.most_per_street} (most_per_street)",
                )
            )
    if settings.count is not None and must.size > settings.count:
        faults.append(
            Fault(
                "More places must be chosen than the number asked for",
                field="siting.must_have",
                found=f"{must.size} places",
                expected=f"at most {settings.count} (count)",
            )
        )
    if settings.budget is not None and options.cost_yuan is not None:
        spent = float(options.cost_yuan[must].sum())
        if spent > settings.budget:
            faults.append(
                Fault(
                    "What must be chosen costs more than the budget",
                    field="siting.must_have",
                    found=f"{spent:,.0f} yuan",
                    expected=f"at most {settings.budget:,.0f} yuan (budget)",
                )
            )
    if not rules.allowed.any():
        faults.append(
            Fault("Every candidate is one that must not be chosen", field="siting.must_not")
        )
    return faults


def _too_near(rules: Rules, options: Options, settings: SitingSettings) -> list[Fault]:
    faults = []
    xy = options.xy
    for place, one in enumerate(rules.must):
        rivals = rules.rival[rules.rival_indptr[one] : rules.rival_indptr[one + 1]]
        for other in rules.must[place + 1 :][np.isin(rules.must[place + 1 :], rivals)]:
            away = float(np.hypot(*(xy[one] - xy[other])))
            faults.append(
                Fault(
                    f"{options.name(int(one))} and {options.name(int(other))} must both be "
                    f"chosen and are too near to each other",
                    field="siting.must_have",
                    found=f"{away:,.0f} m apart",
                    expected=f"at least {settings.min_spacing_m:,.0f} m (min_spacing_m)",
                )
            )
    return faults
