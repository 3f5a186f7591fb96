/* The lists of the panel: coverage, centres, gaps, proposals. All four are always in the page. */

const TABS = [
  ["coverage", "tab_coverage", null],
  ["centres", "tab_centres", DATA.centres.length],
  ["gaps", "tab_gaps", null],
  ["proposals", "tab_proposals", DATA.proposals.length],
];

const gapsHere = () => DATA.gaps.filter((gap) => gap.circle === view.circle);

function showTabs() {
  fillElement(
    "tabs",
    TABS.map(([tab, key, count]) => {
      const shown = tab === "gaps" ? DATA.gap_counts[view.circle] : count;
      return make(
        "button",
        { role: "tab", "aria-selected": view.tab === tab, "data-tab": tab, onclick: () => { view.tab = tab; showTabs(); showPane(); } },
        word(key),
        shown ? make("sup", {}, shown) : null,
      );
    }),
  );
}

function showPane() {
  const printing = document.documentElement.classList.contains("printing");
  for (const pane of byId("panes").children) pane.hidden = !printing && pane.dataset.pane !== view.tab;
  byId("panes").scrollTop = 0;
}

function showPanes() {
  const panes = { coverage: coveragePane, centres: centresPane, gaps: gapsPane, proposals: proposalsPane };
  fillElement(
    "panes",
    Object.entries(panes).map(([tab, build]) => make("section", { class: "pane", role: "tabpanel", "data-pane": tab }, build())),
  );
  showPane();
  markChosen();
}

function listRow(kind, index, { symbol, name, detail, value, under }) {
  return make(
    "li",
    {},
    make(
      "button",
      { "data-choose": kind + index, onclick: () => chooseFromList(kind, index) },
      make("span", { class: "symbol" }, symbol),
      make("span", { class: "name" }, named(name)),
      make("span", { class: "value" }, value),
      make("span", { class: "detail" }, detail),
      make("span", { class: "under" }, under),
    ),
  );
}

/* ---------- coverage ---------- */

function coveragePane() {
  return [
    DATA.siting && DATA.siting.curve.length > 1
      ? [make("h2", {}, word("curve"), make("small", {}, curveCircle())), curveChart()]
      : null,
    areaList(),
    figuresTable(),
    countedTable(),
    robustTable(),
    roomTable(),
    alternativesTable(),
    lossesTable(),
    factsList(),
    findingsList(),
    doubts(),
    make("p", { class: "note" }, word("decided_by_walks")),
  ];
}

function curveCircle() {
  return dotted(inLanguage(DATA.siting.asked), DATA.siting.base === "pass" ? word("base_pass") : "");
}

function areaList() {
  const areas = DATA.areas.items;
  if (!areas.length) return null;
  const order = areas
    .map((area, index) => ({ area, index, share: areaShare(area) }))
    .sort((a, b) => (a.share ?? 2) - (b.share ?? 2) || b.area.persons - a.area.persons);
  return [
    make("h2", { class: "screen-only" }, word("by_" + DATA.areas.level), make("small", {}, word("by_area_key"))),
    make(
      "ul",
      { class: "list areas screen-only" },
      order.map(({ area, index, share }) => {
        const figures = area.figures[view.state];
        const pass = figures && area.persons ? figures[view.circle][1] / area.persons : 0;
        return make(
          "li",
          {},
          make(
            "button",
            { "data-choose": "area" + index, onclick: () => chooseFromList("area", index), title: figures ? word("of_people", formatPersons(figures[view.circle][0]), formatPersons(area.persons)) : null },
            make("span", { class: "name" }, named(area.name)),
            make("span", { class: "track" }, make("i", { style: `width:${100 * (share || 0)}%` }), make("b", { style: `width:${100 * pass}%` })),
            make("span", { class: "value" }, formatShare(share, 0)),
            make("span", { class: "people" }, formatPersons(area.persons)),
          ),
        );
      }),
    ),
  ];
}

function alternativesTable() {
  if (!DATA.alternatives.length) return null;
  const head = CIRCLE_ORDER.map((c) => make("th", {}, word("minutes", circleMinutes(c))));
  return [
    make("h2", { class: "screen-only" }, word("alternatives"), make("small", {}, word("alternatives_key"))),
    make(
      "table",
      { class: "figures-table plain" },
      make("thead", {}, make("tr", {}, make("th"), head)),
      make("tbody", {}, DATA.alternatives.map((one) =>
        make(
          "tr",
          {},
          make("th", {}, dotted(word("profile_" + one.profile), word("direction_" + one.direction))),
          CIRCLE_ORDER.map((c) => {
            const row = one.shares.find(([id]) => id === DATA.circles[c].id);
            return make("td", { title: row ? word("people", formatPersons(row[2])) : null }, row ? formatShare(row[1]) : "–");
          }),
        ),
      )),
    ),
  ];
}

/** What detours and terrain take out of each circle, in area and in persons, with its numbers. */
function lossesTable() {
  const circles = CIRCLE_ORDER.map((c) => DATA.figures.life_circles.find((one) => one.id === DATA.circles[c].id) || {});
  const terrain = DATA.figures.network.heights_counted ? "terrain" : "steps";
  const rows = [
    ["detour_area", "loss_detour_share"],
    ["detour_persons", "loss_detour_persons_share", "persons_in_circle", "persons_flat"],
    [terrain + "_area", "loss_terrain_share"],
    [terrain + "_persons", "loss_terrain_persons_share", "persons_flat", "persons_covered"],
  ].filter(([row, key]) => circles.some((one) => one[key] != null && (one[key] || !row.startsWith("steps"))));
  if (!rows.length) return null;
  return [
    make("h2", { class: "screen-only" }, word("losses"), make("small", {}, word("losses_key"))),
    make(
      "table",
      { class: "figures-table plain screen-only", "data-table": "losses" },
      make("thead", {}, make("tr", {}, make("th"), CIRCLE_ORDER.map((c) => make("th", {}, word("minutes", circleMinutes(c)))))),
      make("tbody", {}, rows.map(([row, key, from, to]) =>
        make(
          "tr",
          {},
          make("th", {}, word("loss_" + row)),
          circles.map((one) =>
            make(
              "td",
              {},
              one[key] == null ? "–" : figure(`plan.${one.id}.${key}`, one[key], formatLoss(one[key])),
              from && one[from] != null ? [make("br"), make("small", {}, `${formatPersons(one[from])} → ${formatPersons(one[to])}`)] : null,
            ),
          ),
        ),
      )),
    ),
  ];
}

/** A loss below nothing is a gain: downhill is faster than the flat. */
const formatLoss = (share) => (share < 0 ? MINUS : "") + formatShare(Math.abs(share));

function factsList() {
  const { demand, network } = DATA.figures;
  const rows = [
    ["fact_points", figure("demand.points", demand.points, formatNumber(demand.points))],
    ["fact_off_network", [figure("demand.persons_off_network", demand.persons_off_network, formatPersons(demand.persons_off_network)), " ", word("persons")]],
    ["fact_quarantined", [word("rows", DATA.quarantine_count), " · ", figure("demand.persons_quarantined", demand.persons_quarantined, formatPersons(demand.persons_quarantined)), " ", word("persons")]],
    ["fact_network", [figure("network.length_km", network.length_km, formatNumber(network.length_km, 1)), " km"]],
  ];
  return [
    make("h2", { class: "screen-only" }, word("facts")),
    make("dl", { class: "facts screen-only" }, rows.filter(([, value]) => value).map(([key, value]) => [make("dt", {}, word(key)), make("dd", {}, value)])),
  ];
}

/** Rows set aside, and what was assumed: counted, and listed on demand. */
function doubts() {
  const folded = (key, count, items) =>
    count
      ? make("details", { class: "doubts", "data-doubts": key }, make("summary", {}, word(key), " ", make("b", {}, count)), make("ul", {}, items))
      : null;
  const notes = DATA.rule_sets.flatMap((rules) => rules.notes);
  return [
    folded("rule_notes", notes.length, notes.map((note) => make("li", {}, named(note)))),
    folded("quarantine", DATA.quarantine_count, DATA.quarantine.map((row) =>
      make("li", {}, named(dotted(word("noun_" + row.noun), word("row", row.row), row.label, word("quarantine_" + row.reason), row.detail))))),
    folded("notices", DATA.notices_count, DATA.notices.map((notice) => make("li", {}, named(inLanguage(notice))))),
  ];
}

/* ---------- centres ---------- */

function centresPane() {
  const rank = { fail: 0, cannot_tell: 1, pass: 2, not_applicable: 3 };
  const people = (centre) => Math.max(0, ...centre.nearest.filter((value) => value != null));
  const order = DATA.centres
    .map((centre, index) => ({ centre, index }))
    .filter(({ centre }) => showsCentre(centre))
    .sort((a, b) => rank[a.centre.verdict] - rank[b.centre.verdict] || people(b.centre) - people(a.centre));
  const chips = VERDICTS.map((verdict) =>
    make(
      "button",
      { "aria-pressed": view.verdicts.has(verdict), "data-verdict": verdict, onclick: () => { toggleVerdict(verdict); } },
      verdictSymbol(verdict, 18),
      word(verdict),
      figure(`centres.${verdict}`, countVerdict(verdict), formatNumber(countVerdict(verdict)), "b"),
    ),
  );
  return [
    make("div", { class: "chips" }, chips),
    make("ul", { class: "list" }, order.map(({ centre, index }) => centreRow(centre, index, people(centre)))),
    make("p", { class: "note" }, word("centres_note"), " ", DATA.assumptions.map((key) => word("assumption_" + key)).join(isEnglish() ? " " : "")),
  ];
}

function toggleVerdict(verdict) {
  if (!view.verdicts.delete(verdict)) view.verdicts.add(verdict);
  if (!view.verdicts.size) VERDICTS.forEach((one) => view.verdicts.add(one));
  placeMarkers();
  ground.redraw();
  showPanes();
}

const shortfalls = (centre) =>
  centre.clauses
    .filter(([, verdict, , , margin]) => verdict === "fail" && margin != null)
    .map(([position, , , , margin]) => `${inLanguage(DATA.clauses[position].name)} ${formatChange(margin, 1)}`);

function centreRow(centre, index, people) {
  const short = shortfalls(centre);
  return listRow("centre", index, {
    symbol: verdictSymbol(centre.verdict, 24, centre.status),
    name: centre.name,
    detail: short.length
      ? make("span", { class: "short" }, short.join(", "))
      : dotted(word("level_" + centre.level), word("status_" + centre.status), centre.serves.some(Boolean) ? "" : word("serves_none_short")),
    value: centre.floor_area_m2 == null ? word("area_blank") : `${formatNumber(centre.floor_area_m2, 1)} ${word("square_metres")}`,
    under: people ? word("serves_people", formatPersons(people)) : "",
  });
}

/* ---------- gaps and proposals ---------- */

function gapsPane() {
  const rows = gapsHere();
  const figures = circleFigures("plan");
  const uncovered = figures.persons - figures.persons_covered;
  const inGaps = rows.reduce((sum, gap) => sum + gap.persons, 0);
  return [
    make("h2", { class: "printed-title" }, word("tab_gaps"), make("small", {}, circleName(view.circle))),
    rows.length
      ? make("ul", { class: "list" }, rows.map((gap) =>
          listRow("gap", DATA.gaps.indexOf(gap), {
            symbol: gapSymbol(gap.id),
            name: gapTitle(gap),
            detail: gapDistance(gap),
            value: word("people", formatPersons(gap.persons)),
            under: metBy(gap) || word("gap_reason_" + gap.reason),
          })))
      : make("p", { class: "empty" }, word("no_gaps")),
    rows.length ? make("p", { class: "note" }, word("gaps_note", formatPersons(uncovered), uncovered > 0 ? formatShare(inGaps / uncovered, 0) : "–")) : null,
  ];
}

function proposalsPane() {
  const siting = DATA.siting;
  const title = make("h2", { class: "printed-title" }, word("tab_proposals"));
  if (!siting) return [title, make("p", { class: "empty" }, word("no_siting"))];
  const failing = DATA.centres.map((centre, index) => ({ centre, index })).filter(({ centre }) => centre.verdict === "fail");
  return [
    title,
    siting.status === "infeasible"
      ? make("p", { class: "warn" }, make("b", {}, word("infeasible")), " ", named(inLanguage(siting.message)))
      : DATA.proposals.length ? null : make("p", { class: "empty" }, word("no_proposals")),
    phasesTable(),
    DATA.proposals.length ? make("ul", { class: "list" }, DATA.proposals.map(proposalRow)) : null,
    siting.status === "infeasible" ? null : make("p", { class: "note" }, provedNote(siting)),
    siting.closings.length ? make("h2", {}, word("closings")) : null,
    siting.closings.length ? make("ul", { class: "list" }, siting.closings.map(closingRow)) : null,
    failing.length ? make("h2", { class: "screen-only" }, word("mend_first")) : null,
    failing.length ? make("ul", { class: "list screen-only" }, failing.map(({ centre, index }) => centreRow(centre, index, 0))) : null,
  ];
}

/** A centre that the plan closes: what that saves, and whom nothing covers any more. */
function closingRow(closing) {
  const centre = DATA.centres[closing.centre];
  return listRow("centre", closing.centre, {
    symbol: verdictSymbol(centre.verdict, 30, "closed"),
    name: named(centre.name),
    detail: closing.saved_yuan == null ? "" : word("saves", formatNumber(closing.saved_yuan / 10000, 1)),
    value: word("gained", formatChange(-closing.lost[view.circle])),
    under: word("lost_here"),
  });
}

function provedNote(siting) {
  return dotted(
    word("status_of_siting_" + siting.status),
    siting.candidates ? word("candidates", formatNumber(siting.candidates)) : "",
    siting.bound_gap_share == null ? "" : word("bound_gap", formatShare(siting.bound_gap_share, 2)),
    siting.reproducible ? "" : word("not_reproducible"),
  );
}

/** Where the plan stands at the end of each phase. */
function phasesTable() {
  if (!PHASES.length) return null;
  const table = make(
    "table",
    { class: "figures-table plain", "data-table": "phases" },
    make("tbody", {}, PHASES.map(([name, count, cost, share], k) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, named(name)),
        make("td", {}, word("phase_count", formatNumber(count))),
        make("td", {}, cost == null ? "–" : word("cost_short", formatNumber(cost / 10000, 1))),
        make("td", {}, figure(`siting.phases.${k}.share_covered`, share, formatShare(share))),
      ))),
  );
  const c = DATA.circles.findIndex((circle) => circle.id === DATA.siting.circle_id);
  return [make("h2", {}, word("phases_table"), make("small", {}, circleName(Math.max(0, c)))), table];
}

function proposalRow(proposal, index) {
  return listRow("proposal", index, {
    symbol: proposalSymbol(proposal, 32),
    name: proposalTitle(proposal),
    detail: dotted(
      proposal.phase,
      proposal.households == null ? "" : word("households_with_room", formatChange(proposal.households)),
      proposal.floor_area_m2 == null ? "" : word("size_at_least", formatNumber(proposal.floor_area_m2)),
      proposal.cost_yuan == null ? "" : word("cost_short", formatNumber(proposal.cost_yuan / 10000, 1)),
      gapList(gapsHere().filter((gap) => gap.met_by.includes(proposal.order))),
    ),
    value: word("gained", formatChange(proposal.gained[view.circle])),
    under: word("share_after", formatShare(shareAfter(proposal, view.circle))),
  });
}
