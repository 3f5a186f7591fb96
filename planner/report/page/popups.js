/* What opens on a click: a centre with its clauses, a gap, a proposal, an area, a home. */

const trio = (cells) =>
  make(
    "div",
    { class: "trio", style: `grid-template-columns:repeat(${cells.length},1fr)` },
    cells.map(([label, value, unit]) =>
      make("div", {}, make("small", {}, label), make("b", {}, value), unit ? make("small", { class: "unit" }, " " + unit) : null),
    ),
  );

const popupTitle = (symbol, name, ...meta) =>
  make(
    "div",
    { class: "popup-title" },
    symbol,
    make("div", {}, make("h3", {}, name), make("div", { class: "meta" }, ...meta)),
  );

const dotted = (...parts) => parts.filter(Boolean).join(" · ");

/* ---------- centre ---------- */

function centrePopup(centre) {
  const reach = CIRCLE_ORDER.filter((c) => centre.serves[c]).flatMap((c) => [
    [word("within_minutes", circleMinutes(c)), formatPersons(centre.reached[c]), word("persons")],
  ]);
  const nearest = CIRCLE_ORDER.find((c) => centre.serves[c]);
  if (nearest != null) {
    reach.push([word("nearest_to_it"), formatPersons(centre.nearest[nearest]), word("persons")]);
  }
  return make(
    "div",
    { class: "popup" },
    popupTitle(
      verdictSymbol(centre.verdict, 30, centre.status),
      named(centre.name),
      make("b", {}, word(centre.verdict)),
      " · " + dotted(word("level_" + centre.level), word("kind_" + centre.kind), word("status_" + centre.status)),
      make("div", { class: "where" }, named(dotted(centre.id, centre.place))),
    ),
    inService(centre) ? null : make("p", { class: "warn" }, word("not_in_service_state", word("state_" + view.state))),
    centre.closes ? make("p", { class: "warn" }, word("closes")) : null,
    centre.off_network ? make("p", { class: "warn" }, word("off_network")) : null,
    reach.length ? trio(reach) : make("p", { class: "note" }, word("serves_none")),
    reach.length ? make("p", { class: "note" }, word("reach_of_plan")) : null,
    dependenceRows(centre),
    siteRows(centre),
    clauseTable(centre),
  );
}

function clauseTable(centre) {
  if (!centre.clauses.length) return make("p", { class: "note" }, word("no_clauses"));
  const head = ["clause", "measured", "required", "margin"].map((key) => make("th", {}, word(key)));
  return make(
    "table",
    { class: "clauses" },
    make("thead", {}, make("tr", {}, head, make("th", {}))),
    make("tbody", {}, centre.clauses.map((result) => clauseRows(centre, result))),
  );
}

function clauseRows(centre, [position, verdict, measured, required, margin, reason, needed, decides, missing]) {
  const clause = DATA.clauses[position];
  const applies = verdict !== "not_applicable";
  const sign = clause.comparison === "<=" ? "≤" : "≥";
  const tone = margin == null || !applies ? "" : margin < 0 ? "short" : "above";
  const source = dotted(
    outcomeNote(clause, applies ? needed : null, decides, missing),
    reason ? word("reason_" + reason) : "",
    clause.force === "must" ? "" : word("force_" + clause.force),
    DATA.rule_sets.length > 1 ? inLanguage(DATA.rule_sets[clause.rule_set].title) : "",
    WORDS["judged_by_" + clause.judged_unit] ? word("judged_by_" + clause.judged_unit) : "",
    clause.source,
  );
  const about = centre.approximate.includes(clause.measures);
  return [
    make(
      "tr",
      { class: applies ? "" : "off", "data-clause": clause.id, "data-verdict": verdict },
      make("td", {}, make("span", { class: "badge" }, verdictSymbol(verdict, 16), make("span", {}, inLanguage(clause.name), " ", make("span", { class: "unit" }, word("unit_" + clause.unit))))),
      make("td", {}, measured == null ? word("blank") : (about ? "≈ " : "") + formatNumber(measured, 2)),
      make("td", {}, applies ? `${sign} ${formatNumber(required, 2)}` : "–"),
      make("td", { class: tone }, applies && margin != null ? formatChange(margin, 2) : "–"),
      make("td", {}, applies && margin != null ? bulletBar(measured, required, verdict) : null),
    ),
    make("tr", { class: "source" }, make("td", { colspan: 5, title: clause.text }, source, " ", certaintyPill(clause.certainty))),
  ];
}

/** The measure as a bar; the requirement stands at half its length. */
function bulletBar(measured, required, verdict) {
  const share = required ? Math.max(0, Math.min(1, measured / (2 * required))) : 1;
  return make(
    "svg",
    { class: "bullet", viewBox: "0 0 64 8", "aria-hidden": true },
    make("rect", { x: 0, y: 2, width: 64, height: 4, fill: "#E6EAEC" }),
    make("rect", { x: 0, y: 2, width: 64 * share, height: 4, fill: COLOURS[verdict] }),
    make("line", { x1: 32, x2: 32, y1: 0, y2: 8, stroke: COLOURS.ink, "stroke-width": 1.6 }),
  );
}

/* ---------- gap, proposal, area, home ---------- */

const gapTitle = (gap) => (gap.name ? word("near", gap.name) : word("gap", gap.id));

function gapPopup(gap) {
  const detour = gap.travel_time_s && gap.straight_m ? walkedMetres(gap.travel_time_s) / gap.straight_m : null;
  return make(
    "div",
    { class: "popup" },
    popupTitle(null, word("gap", gap.id), named(dotted(gap.name, circleName(gap.circle)))),
    make("p", { class: "large" }, word("people", formatPersons(gap.persons))),
    make("p", {}, gapDistance(gap), detour ? " · " + word("detour", detour.toFixed(2)) : ""),
    gap.nearest ? make("p", {}, word("nearest_centre"), named(gap.nearest)) : null,
    make("p", { class: "note" }, dotted(word("gap_reason_" + gap.reason), metBy(gap))),
  );
}

/** What was walked at the flat speed of the profile; stairs and slopes make it an estimate. */
const walkedMetres = (seconds) => (DATA.profile.speed_m_s ? seconds * DATA.profile.speed_m_s : 0);
const gapDistance = (gap) =>
  gap.straight_m == null
    ? word("no_centre")
    : word(
        gap.travel_time_s == null ? "gap_far" : "gap_walk",
        formatNumber(gap.straight_m),
        gap.travel_time_s == null ? "" : (gap.travel_time_s / 60).toFixed(1),
      );
const metBy = (gap) =>
  gap.met_by.length
    ? word("met_by", gap.met_by.map((order) => "P" + order).join(", "))
    : DATA.proposals.length
      ? word("met_by_none")
      : "";

const proposalTitle = (proposal) =>
  dotted(word("action_" + proposal.action), dotted(proposal.community, proposal.street) || proposal.id);

/** The first few gaps by name, the rest by number. */
function gapList(gaps) {
  const names = gaps.slice(0, 4).map((gap) => gap.id).join(", ");
  return gaps.length > 4 ? word("and_more", names, gaps.length - 4) : names;
}

/** The share of a circle once this proposal and those before it are there. */
function shareAfter(proposal, c) {
  const base = circleFigures("plan", c);
  if (!base || !base.persons) return null;
  const gain = (proposals) => proposals.reduce((sum, one) => sum + one.gained[c], 0);
  // where centres close the plan starts from less than stands today
  const start = DATA.siting.closings.length
    ? circleFigures("with_proposals", c).persons_covered - gain(DATA.proposals)
    : base.persons_covered;
  return (start + gain(DATA.proposals.filter((one) => one.order <= proposal.order))) / base.persons;
}

function proposalPopup(proposal) {
  const filled = DATA.gaps.filter((gap) => gap.circle === longestCircle && gap.met_by.includes(proposal.order));
  return make(
    "div",
    { class: "popup" },
    popupTitle(
      proposalSymbol(proposal),
      word("proposal", proposal.id),
      named(proposalTitle(proposal)),
    ),
    trio([
      ...CIRCLE_ORDER.map((c) => [word("gain_minutes", circleMinutes(c)), formatChange(proposal.gained[c]), word("persons")]),
      [word("size"), proposal.floor_area_m2 == null ? "–" : "≥ " + formatNumber(proposal.floor_area_m2), word("square_metres")],
    ]),
    proposal.centre ? make("p", {}, word(proposal.action === "co_locate" ? "stands_with" : "expands"), named(proposal.centre), proposal.added_m2 == null ? "" : " · " + word("adds", formatNumber(proposal.added_m2))) : null,
    proposal.households == null ? null : make("p", {}, word("households_with_room", formatChange(proposal.households))),
    proposal.phase ? make("p", {}, word("phase_of"), named(proposal.phase)) : null,
    proposal.cost_yuan == null ? null : make("p", {}, word("cost", formatNumber(proposal.cost_yuan / 10000, 1))),
    filled.length ? make("p", {}, word("fills", gapList(filled))) : null,
    make("p", { class: "note" }, CIRCLE_ORDER.map((c) => `${circleName(c)} ${word("share_after", formatShare(shareAfter(proposal, c)))}`).join(" · ")),
  );
}

function areaPopup(area) {
  const figures = area.figures[view.state];
  const share = (value) => (area.persons ? formatShare(value / area.persons) : "–");
  const counted = (value) => `${formatPersons(value)} / ${formatPersons(area.persons)}`;
  return make(
    "div",
    { class: "popup" },
    popupTitle(null, named(area.name), dotted(circleName(view.circle), word("people", formatPersons(area.persons)))),
    figures
      ? trio([
          [word("all_centres"), share(figures[view.circle][0]), counted(figures[view.circle][0])],
          [word("passing_centres"), share(figures[view.circle][1]), counted(figures[view.circle][1])],
        ])
      : null,
    areaDetails(area),
  );
}

const standingOf = (k, c) => STANDINGS.find(([value]) => value === HOMES.standing[c][k])[1];

function homePopup(k) {
  const walks = HOMES.walks[view.state];
  const area = DATA.areas.items[HOMES.area[k]];
  const rows = CIRCLE_ORDER.map((c) => {
    const seconds = walks[c].seconds[k];
    const centre = walks[c].centre[k];
    const inside = seconds <= DATA.circles[c].limit_s;
    const who = centre < 0 ? null : DATA.centres[centre] || DATA.proposals[centre - DATA.centres.length];
    return make(
      "div",
      { class: "walk" },
      make(
        "small",
        {},
        circleName(c),
        " · ",
        make("b", { class: inside ? "above" : "short" }, word(inside ? "covered" : "not_covered")),
        knowsStanding && view.state === "plan" && inside ? " · " + word("standing_" + standingOf(k, c)) : "",
      ),
      make("div", { class: "large" }, Number.isFinite(seconds) ? formatMinutes(seconds) : word("unreached")),
      who ? make("p", {}, word("walk_to"), named(who.name || word("proposal", who.id))) : null,
    );
  });
  return make(
    "div",
    { class: "popup" },
    make("h3", {}, word("home")),
    make("div", { class: "meta" }, named(dotted(word("people", formatNumber(HOMES.persons[k], 1)), area ? area.name : ""))),
    rows,
    make("p", { class: "note" }, dotted(word("state_" + view.state), word("profile_" + DATA.profile.id), word("direction_" + DATA.direction))),
  );
}
