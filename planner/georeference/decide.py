"""What becomes of a test of the datum: a decision with its evidence, or a question."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Final

from pyproj import CRS

from planner.errors import Fault, InputInvalid

if TYPE_CHECKING:
    from planner.domain.placing import DatumResidual, DatumTest

DATUM_NAMES: Final = {
    "wgs84": "WGS 84 / CGCS2000",
    "cgcs2000": "WGS 84 / CGCS2000",
    "gcj02": "GCJ-02 (AMap, Tencent)",
    "bd09": "BD-09 (Baidu)",
}
_WEB_MERCATOR: Final = ("EPSG:3857", "EPSG:3395")
_UNTESTED: Final = "the datum was not tested: coordinates are taken as their CRS declares them"


def decide_datum(
    test: DatumTest, *, crs: str, crs_stated: bool, file: str
) -> tuple[DatumTest, list[Fault]]:
    """
    Decide which datum coordinates are in, or ask.

    `auto` takes the datum that the test finds clear. Where none is, coordinates whose CRS
    the file or the study states, and metres of a survey grid (web maps give none), are taken
    as declared, with a notice; for anything else the study must name the datum. A datum that
    the study names is used, with a notice where the evidence clearly speaks for another.

    Parameters
    ----------
    test
        With `asked` as the study says.
    crs, crs_stated, file
        As in `Centres`.

    Returns
    -------
    test, notices
        The test with the datum `used`; what to tell.

    Raises
    ------
    InputInvalid
        If the datum must be asked for; the fault holds the residuals.
    """
    if test.asked != "auto":
        return test, _doubts(test, file)
    if test.outcome == "clear" and test.best is not None:
        return dataclasses.replace(test, used=test.best), [_found(test, test.best, file)]
    if not crs_stated and _as_web_maps_give(crs):
        raise InputInvalid(_question(test, file))
    used = dataclasses.replace(test, used="wgs84")
    if test.outcome == "untestable":
        hint = "if they come from a Chinese web map, name their datum in the study: gcj02 or bd09"
        return used, [Fault(_UNTESTED, file=file, hint=hint)]
    return used, [
        Fault(
            "what the rows name does not tell the datum: coordinates are taken as their CRS "
            "declares them",
            file=file,
            field="centres.datum",
            found=tell_residuals(test),
            hint="look at the centres on the map, and write the datum in the study",
        )
    ]


def tell_residuals(test: DatumTest) -> str:
    """
    Return the residuals of a test as one line, a part for each datum.

    Examples
    --------
    >>> from planner.domain.placing import DatumResidual, DatumTest
    >>> left = DatumResidual("gcj02", 0.95, 30.0, math.nan, 20.6, 0.0)
    >>> tell_residuals(DatumTest("auto", "clear", "gcj02", "gcj02", 60, 60, 0, (left,)))
    'GCJ-02: 95 % of 60 in their community, the others 30 m out; 21 m to a street'
    """
    return " | ".join(_residual_text(test, left) for left in test.residuals)


def _residual_text(test: DatumTest, left: DatumResidual) -> str:
    name = DATUM_NAMES[left.datum].split(" (", maxsplit=1)[0]
    parts = []
    if test.n_named:
        text = f"{left.in_area_share:.0%} of {test.n_named} in their community".replace("%", " %")
        if left.out_of_area_m > 0.0:
            text += f", the others {left.out_of_area_m:.0f} m out"
        parts.append(text)
    if test.n_on_roads:
        parts.append(f"{test.n_on_roads} name a road, {left.road_m:.0f} m from it")
    if math.isfinite(left.street_m):
        parts.append(f"{left.street_m:.0f} m to a street")
    if math.isfinite(left.building_m):
        parts.append(f"{left.building_m:.0f} m to a building")
    return f"{name}: " + "; ".join(parts)


def _as_web_maps_give(crs: str) -> bool:
    read = CRS.from_user_input(crs)
    return bool(read.is_geographic) or any(
        read == CRS.from_user_input(web) for web in _WEB_MERCATOR
    )


def _found(test: DatumTest, best: str, file: str) -> Fault:
    text = f"the coordinates were found to be {DATUM_NAMES[best]}"
    if best != "wgs84":
        text += " and were converted to WGS 84"
    return Fault(text, file=file, field="centres.datum", found=tell_residuals(test))


def _question(test: DatumTest, file: str) -> Fault:
    hint = (
        'write under [centres] datum = "wgs84" (survey, GPS, CGCS2000), "gcj02" (AMap, Tencent) '
        'or "bd09" (Baidu)'
    )
    if test.outcome == "untestable":
        return Fault(
            "nothing tells whether the coordinates are WGS 84 or come shifted from a web map",
            file=file,
            field="centres.datum",
            found="auto, and no row names a community or street whose area is known, or a road",
            expected="wgs84, cgcs2000, gcj02 or bd09",
            hint=hint,
        )
    texts = {
        "unclear": "two datums explain the names in the rows about equally well: which is it?",
        "no_fit": "no datum puts the centres where their rows say: neither WGS 84 nor a web map's",
        "contradicted": "the names in the rows and the streets speak for different datums",
    }
    return Fault(
        texts[test.outcome],
        file=file,
        field="centres.datum",
        found=tell_residuals(test),
        expected="wgs84, cgcs2000, gcj02 or bd09",
        hint=hint,
    )


def _doubts(test: DatumTest, file: str) -> list[Fault]:
    said = "wgs84" if test.asked == "cgcs2000" else test.asked
    if test.outcome != "clear" or test.best is None or test.best == said:
        return []
    return [
        Fault(
            f"the study says {test.asked}, but the coordinates look like {DATUM_NAMES[test.best]}",
            file=file,
            field="centres.datum",
            found=tell_residuals(test),
            hint="look at the centres on the map before trusting any figure",
        )
    ]
