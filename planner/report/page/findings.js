/* What was found in the streets: a layer of its own, off until asked for. */

const FINDINGS = DATA.findings;
const SIGN_PX = 9; /* from the middle of a sign to its tip */
const SIGNS_APART_PX = 15;

const findingLines = FINDINGS.kinds.map((kind) => lazyLines(kind.lines));
const dataEdge = lazyShape(FINDINGS.edge);

/** Lines with their box; made when first drawn. */
function lazyLines(text, step = 1) {
  let made;
  return () => {
    if (!made) {
      made = { path: new Path2D(), box: emptyBox(), empty: true };
      for (const line of unpackLines(text, step)) {
        traceLine(made.path, line);
        growBox(made.box, line);
        made.empty = false;
      }
    }
    return made;
  };
}

function drawFindings(sheet) {
  if (!view.on.findings) return;
  strokeShape(sheet, dataEdge(), "#fff", 4);
  strokeShape(sheet, dataEdge(), COLOURS.ink, 1.6, [2, 5]);
  for (const lines of findingLines) strokeShape(sheet, lines(), "#fff", 5);
  for (const lines of findingLines) strokeShape(sheet, lines(), COLOURS.ink, 2.6, [7, 4]);
  for (const i of signsShown(sheet).reverse()) drawSign(sheet, FINDINGS.places[i], i);
}

const isChosenSign = (i) => view.selected && view.selected.kind === "finding" && view.selected.index === i;

/** Where signs would cover each other the weightier stands for the rest; nearer all have room. */
function signsShown(sheet) {
  const apart = sheet.px(SIGNS_APART_PX);
  const taken = new Map();
  const shown = [];
  FINDINGS.places.forEach((place, i) => {
    if (!sees(sheet, [place.x, place.y, place.x, place.y])) return;
    const column = Math.floor(place.x / apart);
    const row = Math.floor(place.y / apart);
    const crowded = [-1, 0, 1].some((a) =>
      [-1, 0, 1].some((b) =>
        (taken.get(`${column + a},${row + b}`) || []).some(
          (one) => Math.abs(one.x - place.x) < apart && Math.abs(one.y - place.y) < apart,
        )));
    if (crowded && !isChosenSign(i)) return;
    const cell = `${column},${row}`;
    taken.set(cell, [...(taken.get(cell) || []), place]);
    shown.push(i);
  });
  return shown;
}

/** A triangle, black on white: no verdict, no coverage, no proposal looks like it. */
function drawSign(sheet, place, index) {
  const { pen, px } = sheet;
  const tip = px(isChosenSign(index) ? SIGN_PX + 4 : SIGN_PX);
  const trace = () => {
    pen.beginPath();
    pen.moveTo(place.x, place.y - tip);
    pen.lineTo(place.x + 0.9 * tip, place.y + 0.7 * tip);
    pen.lineTo(place.x - 0.9 * tip, place.y + 0.7 * tip);
    pen.closePath();
  };
  trace();
  pen.setLineDash([]);
  pen.strokeStyle = "#fff";
  pen.lineWidth = px(4.5);
  pen.stroke();
  pen.fillStyle = FINDINGS.kinds[place.kind].severity === "look" ? "#fff" : "#E6EAEC";
  pen.fill();
  pen.strokeStyle = COLOURS.ink;
  pen.lineWidth = px(1.8);
  pen.stroke();
  pen.lineWidth = px(1.7);
  pen.beginPath();
  pen.moveTo(place.x, place.y - 0.35 * tip);
  pen.lineTo(place.x, place.y + 0.22 * tip);
  pen.moveTo(place.x, place.y + 0.47 * tip);
  pen.lineTo(place.x, place.y + 0.5 * tip);
  pen.stroke();
}

const signSymbol = () =>
  make(
    "svg",
    { width: 20, height: 18, viewBox: "0 0 20 18", "aria-hidden": true },
    make("path", { d: "M10 2L18.5 16H1.5z", fill: "#fff", stroke: COLOURS.ink, "stroke-width": 1.8, "stroke-linejoin": "round" }),
    make("path", { d: "M10 7v4.4M10 13.6v.4", fill: "none", stroke: COLOURS.ink, "stroke-width": 1.8, "stroke-linecap": "round" }),
  );

/** The place whose sign is nearest to a point of the page, -1 where none is near. */
function findingAt(x, y, reach) {
  if (!view.on.findings) return -1;
  let best = -1;
  let least = reach * reach;
  FINDINGS.places.forEach((place, i) => {
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
    if (distance < least) [least, best] = [distance, i];
  });
  return best;
}

const findingTitle = (place) => dotted(word("finding_" + FINDINGS.kinds[place.kind].kind), place.name);

function findingPopup(place) {
  const kind = FINDINGS.kinds[place.kind];
  return make(
    "div",
    { class: "popup" },
    popupTitle(signSymbol(), word("finding_" + kind.kind), named(dotted(place.name, place.label))),
    make(
      "p",
      {},
      dotted(
        place.length_m ? word(kind.kind.endsWith("_far_from_street") ? "finding_far" : "finding_length", formatNumber(place.length_m, place.length_m < 10 ? 1 : 0)) : "",
        place.edge_distance_m == null ? "" : word("finding_edge", formatNumber(place.edge_distance_m)),
        place.persons ? word("people", formatPersons(place.persons)) : "",
      ),
    ),
    make("p", { class: "note" }, inLanguage(kind.text)),
  );
}

/** In the panel: what was found, kind by kind, and the first places of each. */
function findingsList() {
  if (!FINDINGS.kinds.length) return null;
  const first = 6;
  const places = (k) =>
    FINDINGS.places.map((place, index) => ({ place, index })).filter(({ place }) => place.kind === k);
  return make(
    "details",
    { class: "doubts", "data-doubts": "findings" },
    make("summary", {}, word("layer_findings"), " ", make("b", {}, FINDINGS.kinds.length)),
    make(
      "ul",
      {},
      FINDINGS.kinds.map((kind, k) => {
        const all = places(k);
        return make(
          "li",
          {},
          inLanguage(kind.text),
          all.length
            ? make(
                "span",
                { class: "look" },
                all.slice(0, first).map(({ place, index }) =>
                  make("button", { "data-choose": "finding" + index, title: findingTitle(place), onclick: () => chooseFromList("finding", index) }, named(place.name || place.label || String(index + 1)))),
                kind.count > first ? make("small", {}, word("finding_more", formatNumber(kind.count - first))) : null,
              )
            : null,
        );
      }),
    ),
  );
}
