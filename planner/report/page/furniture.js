/* What stands on the map: state switch, tools, layers, legend, scale, and the strip below it. */

function showStates() {
  fillElement(
    "states",
    make("div", { class: "card segments", role: "group" }, DATA.states.map((state) =>
      make(
        "button",
        { "aria-pressed": view.state === state, "data-state": state, onclick: () => { view.state = state; renewAll(); } },
        state === "with_proposals" ? word("state_with", DATA.proposals.length) : word("state_" + state),
      ))),
  );
}

const TOOL_ICONS = {
  layers: "M9 2L16 6 9 10 2 6zM2.6 9.4L9 13l6.4-3.6M2.6 12.6L9 16.2l6.4-3.6",
  zoom_in: "M9 3v12M3 9h12",
  zoom_out: "M3 9h12",
  whole: "M2.5 6.5v-4h4M11.5 2.5h4v4M15.5 11.5v4h-4M6.5 15.5h-4v-4",
  print: "M5 6V2.5h8V6M5 13H2.8V6.2h12.4V13H13M5 10.5h8v5H5z",
};

function showTools() {
  const tool = (key, act, more = {}) =>
    make("button", { title: word(key), "aria-label": word(key), "data-tool": key, onclick: act, ...more }, icon(TOOL_ICONS[key]));
  const group = (...tools) => make("div", { class: "card group" }, tools);
  fillElement(
    "tools",
    group(tool("layers", () => { byId("layers").hidden = !byId("layers").hidden; showTools(); }, { "aria-expanded": !byId("layers").hidden })),
    group(tool("zoom_in", () => map.zoomIn()), tool("zoom_out", () => map.zoomOut()), tool("whole", () => showWhole())),
    group(tool("print", () => window.print())),
  );
}

const themes = () =>
  ["circle", "time", "robust", "area", "none"].filter(
    (theme) => (theme !== "area" || DATA.areas.items.length) && (theme !== "robust" || knowsStanding),
  );
const overlays = () =>
  ["centres", "gaps", "proposals", "uncovered", "homes", "outlines", "areas", "labels", "streets", "slopes", "findings", "quarantine", "base"].filter(
    (key) =>
      (key !== "areas" || DATA.areas.items.length) &&
      (key !== "proposals" || DATA.proposals.length) &&
      (key !== "base" || DATA.base_map) &&
      (key !== "slopes" || slopeLines.length) &&
      (key !== "quarantine" || DATA.quarantine.some((row) => row.x != null)) &&
      (key !== "findings" || FINDINGS.kinds.length),
  );

function showLayers() {
  fillElement(
    "layers",
    make("h3", {}, word("theme")),
    themes().map((theme) =>
      make("label", {}, make("input", { type: "radio", name: "theme", value: theme, checked: view.theme === theme, onchange: () => { view.theme = theme; showLayers(); placeMarkers(); showLegend(); ground.redraw(); } }), word("theme_" + theme))),
    view.theme === "area"
      ? [
          make("h3", {}, word("by_measure")),
          AREA_MEASURES.map((one) =>
            make("label", {}, make("input", { type: "radio", name: "measure", value: one, checked: view.measure === one, onchange: () => { view.measure = one; showLegend(); ground.redraw(); } }), word("by_" + one))),
        ]
      : null,
    PHASES.length && view.on.proposals
      ? [
          make("h3", {}, word("phases")),
          PHASES.map(([name]) =>
            make("label", {}, make("input", { type: "checkbox", "data-phase": name, checked: view.phases.has(name), onchange: () => { if (!view.phases.delete(name)) view.phases.add(name); placeMarkers(); } }), named(name))),
        ]
      : null,
    make("h3", {}, word("overlays")),
    overlays().map((key) =>
      make("label", {}, make("input", { type: "checkbox", value: key, checked: view.on[key], onchange: (event) => { view.on[key] = event.target.checked; if (key === "base") { renewBase(); event.target.checked = view.on.base; } placeMarkers(); showLegend(); ground.redraw(); } }), word("layer_" + key))),
  );
}

/* ---------- legend ---------- */

const legendItem = (symbol, ...text) => make("div", { class: "item" }, make("span", {}, symbol), make("span", {}, text));

function themeLegend() {
  if (view.theme === "circle") {
    return [
      ...[...CIRCLE_ORDER].reverse().map((c) => {
        const style = circleStyle(c);
        return legendItem(swatch(`background:${style.key};border:1.5px solid ${style.line}`), word("within_minutes", circleMinutes(c)));
      }),
      view.state === "with_proposals" ? legendItem(swatch("background:linear-gradient(115deg,#F4EC86 55%,#CDBF52 55%);border:1.5px solid #1F7DB8"), word("legend_added")) : null,
    ];
  }
  if (view.theme === "time") {
    let from = 0;
    return [make("div", { class: "sub" }, word("legend_time")), ...TIME_CLASSES.map(([minutes, colour]) => {
      const text = minutes === Infinity ? word("legend_over", from) : `${from}–${minutes}`;
      from = minutes;
      return legendItem(make("i", { class: "dot", style: `background:${colour}` }), text);
    })];
  }
  if (view.theme === "robust") {
    return [
      make("div", { class: "sub" }, word("legend_robust", circleName(view.circle))),
      ...["robust", "fragile", "uncovered"].map((name) => {
        const colour = STANDINGS.find(([, one]) => one === name)[2];
        return legendItem(make("i", { class: "dot", style: `background:${colour}` }), word("standing_" + name));
      }),
    ];
  }
  if (view.theme === "area" && view.measure === "minutes") {
    let from = 0;
    return [make("div", { class: "sub" }, word("by_minutes")), ...TIME_CLASSES.map(([minutes, colour]) => {
      const text = minutes === Infinity ? word("legend_over", from) : `${from}–${minutes}`;
      from = minutes;
      return legendItem(swatch(`border:1px solid #C3CBD0;background:${colour}`), text);
    })];
  }
  if (view.theme === "area") {
    let from = 0;
    return [make("div", { class: "sub" }, dotted(word("legend_area", circleName(view.circle)), word("by_" + view.measure))), ...shareBreaks().map((limit, j) => {
      const text = `${Math.round(from * 100)}–${Math.round(limit * 100)}${percentSign()}`;
      from = limit;
      return legendItem(swatch(`border:1px solid #C3CBD0;background:${SHARE_COLOURS[j]}`), text);
    })];
  }
  return [];
}

function peopleLegend() {
  const dots = (colour, ...sizes) =>
    make("svg", { width: 26, height: 12, viewBox: "0 0 26 12", fill: colour, "aria-hidden": true }, sizes.map(([x, r]) => make("circle", { cx: x, cy: 6, r })));
  return [
    view.on.uncovered && !["area", "time", "robust"].includes(view.theme) ? legendItem(dots("#A63A79", [4, 1.8], [11, 3], [20.5, 4.6]), word("legend_uncovered")) : null,
    view.on.homes ? legendItem(dots("#3F5E73", [9, 2], [17, 2.6]), word("legend_homes")) : null,
    drawsGaps() && gapsHere().length ? legendItem(swatch("border:1.6px solid #8A2C64;background:repeating-linear-gradient(135deg,#fff 0 4px,#D9A9C5 4px 5px)"), word("legend_gap")) : null,
  ].filter(Boolean);
}

function centreLegend() {
  const statuses = Object.keys(BADGES).filter((status) => DATA.centres.some((centre) => centre.status === status));
  return [
    make("div", { class: "sub" }, word("legend_centres"), " ", figure("centres.count", DATA.figures.centres.count, formatNumber(DATA.figures.centres.count))),
    make("div", { class: "two" }, VERDICTS.map((verdict) =>
      legendItem(verdictSymbol(verdict, 18), word(verdict), " ", figure(`centres.${verdict}`, countVerdict(verdict), formatNumber(countVerdict(verdict)), "b")))),
    statuses.length ? make("div", { class: "badges" }, statuses.map((status) => make("span", {}, badgeSymbol(status), word("status_" + status)))) : null,
  ];
}

function otherLegend() {
  const actions = ["build", "expand", "co_locate"].map((action) => DATA.proposals.find((proposal) => proposal.action === action)).filter(Boolean);
  return [
    view.on.proposals && actions.length ? make("div", { class: "two" }, actions.map((proposal) => legendItem(proposalSymbol(proposal, 21), word("legend_" + proposal.action)))) : null,
    DATA.study ? legendItem(make("svg", { width: 26, height: 4, "aria-hidden": true }, make("line", { x1: 0, x2: 26, y1: 2, y2: 2, stroke: "#3B4A55", "stroke-width": 1.6, "stroke-dasharray": "9 3 1.5 3" })), word("legend_study")) : null,
    view.on.streets && STREETS[4].length ? legendItem(make("svg", { width: 26, height: 4, "aria-hidden": true }, make("line", { x1: 0, x2: 26, y1: 2, y2: 2, stroke: "#6B4A40", "stroke-width": 2, "stroke-dasharray": "1.5 2.2" })), word("legend_steps")) : null,
    ...(view.on.slopes ? slopeLegend() : []),
    view.on.quarantine ? legendItem(make("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": true }, make("path", { d: "M2 2l10 10M12 2L2 12", fill: "none", stroke: "#59636B", "stroke-width": 2.2 })), word("legend_quarantine")) : null,
    view.on.findings ? legendItem(signSymbol(), word("legend_findings")) : null,
    view.on.findings && FINDINGS.edge ? legendItem(make("svg", { width: 26, height: 4, "aria-hidden": true }, make("line", { x1: 0, x2: 26, y1: 2, y2: 2, stroke: COLOURS.ink, "stroke-width": 1.6, "stroke-dasharray": "2 4" })), word("legend_data_edge")) : null,
  ].filter(Boolean);
}

function showLegend() {
  const before = byId("legend").querySelector("details");
  const size = map.getSize();
  const open = before ? before.open : size.x > 760 && size.y > 600;
  const block = (rows) => (rows.filter(Boolean).length ? make("div", { class: "block" }, rows) : null);
  fillElement(
    "legend",
    make("details", { open }, make("summary", {}, word("legend")), block(themeLegend()), block(peopleLegend()), view.on.centres ? block(centreLegend()) : null, block(otherLegend())),
  );
}

/** How much of a wide map's left side the open legend takes. */
function legendRoom() {
  const open = byId("legend").querySelector("details[open]");
  return open && map.getSize().x > 760 ? byId("legend").offsetWidth + 14 : 0;
}

/* ---------- scale, north, strip ---------- */

function metresPerPixel() {
  const middle = map.getSize().y / 2;
  return map.containerPointToLatLng([0, middle]).distanceTo(map.containerPointToLatLng([100, middle])) / 100;
}

function showScale() {
  const metres = metresPerPixel();
  const goal = 150 * metres;
  const power = 10 ** Math.floor(Math.log10(goal));
  const length = [5, 2, 1].find((step) => step * power <= goal) * power;
  const wide = length / metres;
  const text = (value) => (value >= 1000 ? `${value / 1000} km` : `${value} m`);
  const marks = [[0, "0"], [wide / 2, text(length / 2)], [wide, text(length)]];
  fillElement(
    "scale",
    make(
      "div",
      { class: "ruler" },
      document.documentElement.classList.contains("printing") ? make("div", { class: "ratio" }, scaleRatio(metres)) : null,
      make("div", { class: "marks", style: `width:${wide}px` }, marks.map(([x, label]) => make("span", { style: `left:${x}px` }, label))),
      make("div", { class: "blocks", style: `width:${wide}px` }, make("i"), make("i"), make("i"), make("i")),
    ),
    make(
      "div",
      { class: "north" },
      make("svg", { width: 18, height: 26, viewBox: "0 0 18 26", "aria-hidden": true }, make("path", { d: "M9 1L16 25 9 19z", fill: COLOURS.ink }), make("path", { d: "M9 1L2 25l7-6z", fill: "#fff", stroke: COLOURS.ink, "stroke-width": 1.2, "stroke-linejoin": "round" })),
      word("north"),
    ),
  );
}

/** On paper a CSS pixel is 1/96 inch. */
function scaleRatio(metres) {
  const ratio = metres / (0.0254 / 96);
  const rounding = 10 ** Math.max(0, Math.floor(Math.log10(ratio)) - 1);
  return word("scale_ratio", formatNumber(Math.round(ratio / rounding) * rounding));
}

/** Whether slopes count, and for how much of the network. */
function slopePill() {
  const { network } = DATA.figures;
  if (!network.heights_counted) return pill(word("no_heights"), word("no_heights_why"));
  const without = 1 - network.heights_share;
  if (without <= 0) return [word("heights"), " · "];
  return pill(word("heights_partly", formatShare(without, without < 0.01 ? 2 : 0)), word("heights_partly_why"));
}

function showStrip() {
  const { network } = DATA.figures;
  const pair = (key, ...value) => make("span", { class: "pair", "data-strip": key }, make("span", { class: "key" }, word(key)), make("b", {}, value));
  const limits = CIRCLE_ORDER.map((c) => circleMinutes(c)).reverse().join(" / ");
  const speed = DATA.profile.speed_m_s;
  const guessed = [...new Set(DATA.circles.map((circle) => circle.serves_certainty))].filter((one) => one !== "read");
  fillElement(
    "strip",
    make(
      "div",
      {},
      pair("strip_rules", DATA.rule_sets.map((rules, i) => [i ? " + " : "", named(inLanguage(rules.title)), Object.keys(rules.not_read).map(certaintyPill)])),
      guessed.length ? pair("strip_serves", guessed.map(certaintyPill)) : null,
      pair("strip_plan_date", DATA.plan_date),
      pair("strip_profile", word("profile_" + DATA.profile.id), speed ? ` ${word("speed", formatNumber(speed, 2))}` : "", certaintyPill(DATA.profile.certainty)),
      pair("strip_direction", word("direction_" + DATA.direction)),
      pair("strip_limits", word("minutes", limits)),
      pair("strip_network", figure("network.length_km", network.length_km, formatNumber(network.length_km)), " km, ", word("largest_component"), " ", figure("network.largest_component_share", network.largest_component_share, formatShare(network.largest_component_share))),
      pair("strip_made", DATA.made),
    ),
    make(
      "div",
      { class: "credits" },
      slopePill(),
      DATA.quarantine_count ? pill(word("quarantined_rows", DATA.quarantine_count), word("quarantined_why")) : null,
      baseStrip(),
      DATA.credits.map((credit) => [named(credit), " · "]),
      DATA.sources.map(([key, file]) => [word("source_" + key), " ", named(file), " · "]),
      DATA.detail.city ? [word("city_detail"), " · "] : null,
      word("projection"),
      " · Leaflet",
    ),
  );
}
