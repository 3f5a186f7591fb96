/* What the reader has chosen, and the words and numbers in the chosen language. */

const VERDICTS = ["pass", "fail", "cannot_tell", "not_applicable"];
const longestCircle = DATA.circles.reduce(
  (best, circle, c) => (circle.limit_s > DATA.circles[best].limit_s ? c : best),
  0,
);
/** Name, proposals, cost and share at the end of each phase of building; empty without phases. */
const PHASES = DATA.siting ? DATA.siting.phases : [];
/** Circles from the longest to the shortest: the order of the cards. */
const CIRCLE_ORDER = DATA.circles
  .map((_, c) => c)
  .sort((a, b) => DATA.circles[b].limit_s - DATA.circles[a].limit_s);

const view = {
  language: DATA.language === "en" ? "en" : "zh",
  circle: longestCircle,
  state: DATA.states.includes("plan") ? "plan" : DATA.states[0],
  tab: "coverage",
  theme: "circle",
  measure: "all",
  selected: null,
  verdicts: new Set(VERDICTS),
  phases: new Set(PHASES.map(([name]) => name)),
  on: {
    centres: true,
    gaps: true,
    proposals: true,
    uncovered: true,
    homes: false,
    outlines: false,
    areas: false,
    labels: true,
    streets: true,
    findings: false,
    base: false,
    slopes: false,
    quarantine: false,
  },
};
{
  const asked = new URLSearchParams(location.hash.slice(1));
  if (["zh", "en"].includes(asked.get("lang"))) view.language = asked.get("lang");
  if (DATA.states.includes(asked.get("state"))) view.state = asked.get("state");
}

const isEnglish = () => view.language === "en";
const inLanguage = (pair) => (isEnglish() ? pair[1] || pair[0] : pair[0] || pair[1]);

/** The words for a key, with {0}, {1}, … filled in; a key without words shows what follows `_`. */
function word(key, ...values) {
  const pair = WORDS[key];
  if (!pair) return key.slice(key.indexOf("_") + 1);
  return inLanguage(pair).replace(/\{(\d)\}/g, (_, index) => values[index]);
}

const MINUS = "\u2212";
const locale = () => (isEnglish() ? "en-GB" : "zh-CN");

/* Made once each: a formatter costs more than what it formats. */
const formatters = new Map();
function formatter(digits) {
  const key = locale() + digits;
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.NumberFormat(locale(), { minimumFractionDigits: 0, maximumFractionDigits: digits }));
  }
  return formatters.get(key);
}

function formatNumber(value, digits = 0) {
  if (value == null) return "–";
  const text = formatter(digits).format(Math.abs(value));
  return value < 0 && Number(Math.abs(value).toFixed(digits)) > 0 ? MINUS + text : text;
}
const formatPersons = (value) => formatNumber(value);
const percentSign = () => (isEnglish() ? " %" : "%");
const formatShare = (share, digits = 1) =>
  share == null ? "–" : (100 * share).toFixed(digits) + percentSign();
/** With its sign: +12 or −3. */
function formatChange(value, digits = 0) {
  const text = formatNumber(Math.abs(value), digits);
  return (value < 0 ? MINUS : value > 0 ? "+" : "") + text;
}
const formatMinutes = (seconds) =>
  word(
    "minutes_seconds",
    Math.floor(Math.round(seconds) / 60),
    String(Math.round(seconds) % 60).padStart(2, "0"),
  );
/** Persons on a pill of the map: 1.75 万人, 17.5k people. */
function formatPill(persons) {
  if (persons < 10000) return word("people", formatPersons(persons));
  return word("pill_many", isEnglish() ? (persons / 1000).toFixed(1) : (persons / 10000).toFixed(2));
}

/** Figures of the summary: of one state and circle, by the summary's own names. */
function circleFigures(state = view.state, circle = view.circle) {
  const rows = DATA.figures.states[state].life_circles;
  return rows.find((row) => row.id === DATA.circles[circle].id);
}
const circleName = (c) => inLanguage(DATA.circles[c].name) || DATA.circles[c].id;
const circleMinutes = (c) => formatNumber(DATA.circles[c].limit_s / 60, 1);
const hasProposals = () => DATA.states.includes("with_proposals");
const inService = (centre) =>
  !(view.state === "with_proposals" && centre.closes) &&
  centre.in_service.includes(view.state === "with_proposals" ? "plan" : view.state);
const countVerdict = (verdict) => DATA.figures.centres[verdict];
