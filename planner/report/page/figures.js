/* The head of the panel: title, the cards of the circles, the split bar. Figures of the summary. */

const PARTS = [
  ["pass", "part-pass", "part_pass"],
  ["open", "part-open", "part_open"],
  ["fail", "part-fail", "part_fail"],
  ["none", "part-none", "part_none"],
];

function showHead() {
  document.documentElement.lang = isEnglish() ? "en" : "zh-CN";
  document.title = `${DATA.name} · ${word("title")}`;
  const languages = make(
    "div",
    { class: "languages", role: "group" },
    [["zh", "中"], ["en", "EN"]].map(([language, text]) =>
      make("button", { "aria-pressed": view.language === language, lang: language, "data-language": language, onclick: () => { view.language = language; renewAll(); } }, text),
    ),
  );
  fillElement(
    "head",
    make("div", { class: "row" }, make("h1", { title: DATA.name }, named(DATA.name)), languages),
    make("div", { class: "sub" }, word("title"), " · ", inLanguage(DATA.rule_sets[0].title)),
    searchBox(),
  );
}

/** How the people divide: served by a passing centre, by one not failing, by failing ones only, by none. */
function divide(figures) {
  return {
    pass: [figures.persons_covered_pass, figures.share_covered_pass],
    open: [
      figures.persons_covered_not_failing - figures.persons_covered_pass,
      figures.share_covered_not_failing - figures.share_covered_pass,
    ],
    fail: [
      figures.persons_covered - figures.persons_covered_not_failing,
      figures.share_covered - figures.share_covered_not_failing,
    ],
    none: [figures.persons - figures.persons_covered, figures.share_covered == null ? null : 1 - figures.share_covered],
  };
}

function showFigures() {
  const current = circleFigures();
  const parts = current ? divide(current) : null;
  fillElement(
    "figures",
    make("div", { class: "cards", role: "radiogroup" }, CIRCLE_ORDER.map(circleCard)),
    parts && current.persons ? splitBar(parts) : make("p", { class: "note" }, word("no_persons")),
  );
}

function circleCard(c) {
  const figures = circleFigures(view.state, c);
  const place = `${view.state}.${DATA.circles[c].id}.`;
  const number = figures.share_covered == null ? "–" : (100 * figures.share_covered).toFixed(1);
  return make(
    "button",
    { class: "figure-card", role: "radio", "aria-checked": view.circle === c, "data-circle": DATA.circles[c].id, onclick: () => { view.circle = c; renewAll(); } },
    make("div", { class: "label" }, make("i"), make("span", {}, circleName(c)), certaintyPill(DATA.circles[c].certainty)),
    make(
      "div",
      { class: "big" },
      figure(place + "share_covered", figures.share_covered, number),
      make("small", {}, percentSign()),
      view.state === "with_proposals" ? gainBadge(c, figures) : null,
    ),
    make(
      "div",
      { class: "fraction" },
      figure(place + "persons_covered", figures.persons_covered, formatPersons(figures.persons_covered)),
      " / ",
      figure(place + "persons", figures.persons, formatPersons(figures.persons)),
      " " + word("persons"),
    ),
  );
}

function gainBadge(c, figures) {
  const gain = 100 * (figures.share_covered - circleFigures("plan", c).share_covered);
  return make("em", { title: word("points", gain.toFixed(1)) }, `${formatChange(gain, 1)}${isEnglish() ? " pp" : ""}`);
}

function splitBar(parts) {
  const said = PARTS.map(([part, , key]) => `${word(key)} ${formatShare(parts[part][1])}`).join(", ");
  return make(
    "div",
    { class: "split" },
    make("div", { class: "bar", role: "img", "aria-label": said }, PARTS.map(([part, style]) =>
      parts[part][1] > 0 ? make("span", { class: style, style: `width:${100 * parts[part][1]}%` }) : null)),
    make("div", { class: "keys" }, PARTS.map(([part, style, key]) =>
      make("div", { title: word("people", formatPersons(parts[part][0])) }, make("i", { class: style }), make("span", { class: "name" }, word(key)), make("b", {}, formatShare(parts[part][1]))))),
  );
}

/** Every state and circle with its three shares: the same numbers as summary.json. */
function figuresTable() {
  const kinds = [["", "all_centres"], ["_not_failing", "not_failing_centres"], ["_pass", "passing_centres"]];
  const rows = DATA.states.flatMap((state) =>
    CIRCLE_ORDER.map((c, rank) => {
      const figures = circleFigures(state, c);
      const place = `${state}.${DATA.circles[c].id}.`;
      const current = state === view.state && c === view.circle;
      return make(
        "tr",
        { class: (current ? "current " : "") + (rank ? "" : "first") },
        rank ? null : make("th", { rowspan: CIRCLE_ORDER.length, scope: "rowgroup" }, word("state_" + state)),
        make("td", {}, word("minutes", circleMinutes(c))),
        kinds.map(([suffix]) =>
          make(
            "td",
            { title: word("of_people", formatPersons(figures["persons_covered" + suffix]), formatPersons(figures.persons)) },
            figure(`${place}share_covered${suffix}`, figures["share_covered" + suffix], formatShare(figures["share_covered" + suffix])),
            make("br"),
            figure(`${place}persons_covered${suffix}`, figures["persons_covered" + suffix], formatPersons(figures["persons_covered" + suffix]), "small"),
          ),
        ),
        make("td", {}, figure(`${place}centres`, figures.centres, formatNumber(figures.centres))),
      );
    }),
  );
  const persons = circleFigures(DATA.states[0], 0).persons;
  return [
    make("h2", {}, word("all_figures"), make("small", {}, word("denominator"), " ", figure("demand.denominator", persons, formatPersons(persons)), " ", word("persons"))),
    make(
      "table",
      { class: "figures-table" },
      make("thead", {}, make("tr", {}, make("th"), make("th"), kinds.map(([, key]) => make("th", {}, word(key))), make("th", {}, word("in_service")))),
      make("tbody", {}, rows),
    ),
  ];
}
