/* How steep the streets are, and the rows that were set aside: layers that are off until asked for. */

const slopeLines = DATA.slopes.lines.map((text) => lazyLines(text, DATA.detail.step));

/* Steep streets: browns, darkest steepest; no verdict and no coverage is brown. */
const SLOPE_COLOURS = ["#D9B38C", "#B0713A", "#6E3B12"];

function drawSlopes(sheet) {
  if (!view.on.slopes) return;
  const wide = Math.max(1.2, Math.min(4, 1.2 * 2 ** ((sheet.zoom - 13) / 2)));
  slopeLines.forEach((lines, k) => strokeShape(sheet, lines(), SLOPE_COLOURS[k], wide + 0.5 * k));
}

function slopeLegend() {
  const percent = (share) => formatNumber(100 * share, 1);
  return DATA.slopes.breaks.map((from, k) => {
    const to = DATA.slopes.breaks[k + 1];
    const line = make("svg", { width: 26, height: 5, "aria-hidden": true }, make("line", { x1: 0, x2: 26, y1: 2.5, y2: 2.5, stroke: SLOPE_COLOURS[k], "stroke-width": 2.2 + 0.7 * k }));
    return legendItem(line, to == null ? word("legend_slope_over", percent(from)) : word("legend_slope", percent(from), percent(to)));
  });
}

/* Rows that were set aside, where they say they are. */
const SET_ASIDE_PX = 6;

function drawSetAside({ pen, px }) {
  if (!view.on.quarantine) return;
  DATA.quarantine.forEach((row, i) => {
    if (row.x == null) return;
    const chosen = view.selected && view.selected.kind === "quarantine" && view.selected.index === i;
    const arm = px(chosen ? SET_ASIDE_PX + 3 : SET_ASIDE_PX);
    for (const [colour, wide] of [["#fff", 5], ["#59636B", 2.4]]) {
      pen.beginPath();
      pen.moveTo(row.x - arm, row.y - arm);
      pen.lineTo(row.x + arm, row.y + arm);
      pen.moveTo(row.x + arm, row.y - arm);
      pen.lineTo(row.x - arm, row.y + arm);
      pen.strokeStyle = colour;
      pen.lineWidth = px(wide);
      pen.stroke();
    }
  });
}

/** The row set aside nearest to a point of the page, -1 where none is near. */
function setAsideAt(x, y, reach) {
  if (!view.on.quarantine) return -1;
  return DATA.quarantine.findIndex((row) => row.x != null && Math.hypot(row.x - x, row.y - y) < reach);
}

function setAsidePopup(row) {
  return make(
    "div",
    { class: "popup" },
    popupTitle(null, named(row.label || word("row", row.row)), dotted(word("noun_" + row.noun), word("row", row.row))),
    make("p", {}, named(dotted(word("quarantine_" + row.reason), row.detail, row.persons ? word("people", formatPersons(row.persons)) : ""))),
    make("p", { class: "note" }, word("quarantined_why")),
  );
}
