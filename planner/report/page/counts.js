/* Beside persons: homes, households, communities; what of it lasts; who finds room; judged units. */

/** Values of a home's standing, as the records have them. */
const STANDINGS = [
  [0, "uncovered", "#A63A79"],
  [2, "robust", "#0072B2"],
  [1, "fragile", "#E69F00"],
];
const knowsStanding = HOMES.standing.length > 0;

function measureName(measure) {
  return measure.startsWith("group:") ? measure.slice(6) : word("measure_" + measure);
}

const headOfCircles = () =>
  make("thead", {}, make("tr", {}, make("th"), CIRCLE_ORDER.map((c) => make("th", {}, word("minutes", circleMinutes(c))))));

const plainTable = (name, rows) =>
  make("table", { class: "figures-table plain screen-only", "data-table": name }, headOfCircles(), make("tbody", {}, rows));

/** A share above its two numbers, both figures of the summary. */
function shareCell(place, share, part, whole, [shareKey, partKey]) {
  return make(
    "td",
    {},
    share == null ? "–" : figure(`${place}.${shareKey}`, share, formatShare(share)),
    make("br"),
    make("small", {}, figure(`${place}.${partKey}`, part, formatNumber(part)), " / ", formatNumber(whole)),
  );
}

/** Homes, households, communities and groups in the state shown; persons stand in the cards. */
function countedTable() {
  const here = (DATA.figures.indicators || []).filter((one) => one.state === view.state && one.measure !== "persons");
  if (!here.length) return null;
  const rule = DATA.figures.community_rule;
  const told = rule && here.some((one) => one.measure === "communities");
  return [
    make("h2", { class: "screen-only" }, word("counted"), make("small", {}, word("state_" + view.state))),
    plainTable(
      "counted",
      here.map((one) =>
        make(
          "tr",
          { "data-measure": one.measure },
          make("th", {}, named(measureName(one.measure))),
          CIRCLE_ORDER.map((c) => {
            const row = one.life_circles.find(({ id }) => id === DATA.circles[c].id);
            if (!row) return make("td", {}, "–");
            return shareCell(`${one.state}.${one.measure}.${row.id}`, row.share, row.covered, row.whole, ["share", "covered"]);
          }),
        ),
      ),
    ),
    told
      ? make("p", { class: "note screen-only" }, rule.when === "centre" ? word("community_counts_centre") : word("community_counts_share", formatShare(rule.at_share, 0)))
      : null,
  ];
}

/** Robust, fragile and not covered: persons, always of the plan. */
function robustTable() {
  const circles = CIRCLE_ORDER.map((c) => (DATA.figures.robustness || []).find((one) => one.life_circle === DATA.circles[c].id));
  if (!circles.some(Boolean)) return null;
  const row = (name) =>
    make(
      "tr",
      { "data-standing": name },
      make("th", {}, word("standing_" + name)),
      circles.map((one) => {
        if (!one || !one.persons) return make("td", {}, "–");
        const persons = one["persons_" + name];
        return make(
          "td",
          {},
          formatShare(persons / one.persons),
          make("br"),
          figure(`robustness.${one.life_circle}.persons_${name}`, persons, formatPersons(persons), "small"),
        );
      }),
    );
  return [
    make("h2", { class: "screen-only" }, word("robustness"), make("small", {}, word("state_plan"))),
    plainTable("robustness", ["robust", "fragile", "uncovered"].map(row)),
    make("p", { class: "note screen-only" }, word("robustness_key")),
  ];
}

/** Persons at centres with and without room, all going to the nearest. */
function roomTable() {
  const circles = CIRCLE_ORDER.map((c) => (DATA.figures.capacity || []).find((one) => one.life_circle === DATA.circles[c].id));
  if (!circles.some(Boolean)) return null;
  const known = circles.find(Boolean);
  const row = (way, key) =>
    make(
      "tr",
      { "data-room": way + "." + key },
      make("th", {}, word(key === "persons_without_room" ? "room_without_" + way : "room_unknown")),
      circles.map((one) => make("td", {}, one ? figure(`capacity.${one.life_circle}.${way}.${key}`, one[way][key], formatPersons(one[way][key])) : "–")),
    );
  return [
    make("h2", { class: "screen-only" }, word("room"), make("small", {}, word("room_key", formatNumber(known.m2_per_100_households, 1)))),
    plainTable("room", [
      row("nearest", "persons_without_room"),
      row("flow", "persons_without_room"),
      row("nearest", "persons_room_unknown"),
    ]),
  ];
}

/* ---------- what popups add ---------- */

/** Who has no other centre than this one, and whether it has room; of the plan. */
function dependenceRows(centre) {
  return CIRCLE_ORDER.map((c) => {
    const only = centre.only && centre.only[c];
    const room = centre.room && centre.room[c];
    const parts = [
      only ? word("only_one_for", formatPersons(only)) : "",
      room && room[2] != null
        ? room[2] > 0
          ? word("over_room", formatNumber(room[1]), formatNumber(room[0]), formatNumber(room[2]))
          : word("has_room", formatNumber(room[1]), formatNumber(room[0]))
        : "",
    ].filter(Boolean);
    return parts.length ? make("p", { class: "note", "data-depends": DATA.circles[c].id }, make("b", {}, word("minutes", circleMinutes(c))), " · ", dotted(...parts)) : null;
  });
}

function siteRows(centre) {
  return [
    centre.together ? make("p", { class: "note" }, word("together"), named(centre.together.join(" · "))) : null,
    centre.doors ? make("p", { class: "note" }, word("doors", centre.doors.length / 2)) : null,
  ];
}

/** What it would take, or what is missing to tell. */
function outcomeNote(clause, needed, decides, missing) {
  const unit = " " + word("unit_" + clause.unit);
  return dotted(
    needed ? word(clause.comparison === "<=" ? "needed_less" : "needed_more", formatNumber(needed, 2)) + unit : "",
    missing && missing.length ? word("missing", missing.map((field) => word("field_" + field)).join(", ")) : "",
    decides != null ? word("decides_at", formatNumber(decides, 2)) + unit : "",
  );
}

/** Between which shares an area lies, and what the clauses say of it. */
function areaDetails(area) {
  const band = area.band && area.band[view.circle];
  return [
    band && band[0] != null ? make("p", { class: "note", "data-band": DATA.circles[view.circle].id }, word("band", formatShare(band[0]), formatShare(band[1]))) : null,
    area.clauses ? clauseTable({ clauses: area.clauses, approximate: [] }) : null,
  ];
}

/** The doors of centres that name several, joined to their symbol. */
function drawDoors(sheet) {
  if (sheet.zoom < 15 || !view.on.centres) return;
  const { pen, px } = sheet;
  for (const centre of DATA.centres) {
    if (!centre.doors || !showsCentre(centre)) continue;
    for (let j = 0; j < centre.doors.length; j += 2) {
      const [x, y] = [centre.doors[j], centre.doors[j + 1]];
      pen.beginPath();
      pen.moveTo(centre.x, centre.y);
      pen.lineTo(x, y);
      pen.strokeStyle = COLOURS.ink;
      pen.lineWidth = px(1.2);
      pen.setLineDash([px(2), px(3)]);
      pen.stroke();
      pen.setLineDash([]);
      pen.beginPath();
      pen.rect(x - px(4), y - px(4), px(8), px(8));
      pen.fillStyle = "#fff";
      pen.fill();
      pen.lineWidth = px(1.8);
      pen.stroke();
    }
  }
}
