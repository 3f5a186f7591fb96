/* The areas as a choropleth: of one measure, in the state and circle that are chosen. */

const SHARE_COLOURS = ["#F6EFDD", "#D6E4EC", "#A9CDE3", "#74AED2", "#4189BA"];
const shareBreaks = () =>
  view.circle === longestCircle ? [0.5, 0.7, 0.85, 0.95, 1] : [0.05, 0.1, 0.2, 0.4, 1];
function shareColour(share) {
  const breaks = shareBreaks();
  return SHARE_COLOURS[Math.max(0, breaks.findIndex((limit, j) => share < limit || j === 4))];
}

/** What the areas are coloured by: the three shares of persons, homes, and what needs its walks. */
const AREA_MEASURES = ["all", "pass", "not_failing", "homes", "robust", "minutes"].filter(
  (one) => one !== "robust" || HOMES.standing.length,
);
const STANDING_ROBUST = 2;
const SHARE_COLUMN = { all: 0, pass: 1, not_failing: 2 };

/** By area: homes and persons with what they need, made when first asked for. */
const homesByArea = (() => {
  const kept = new Map();
  return () => {
    const key = `${view.state} ${view.circle}`;
    if (!kept.has(key)) {
      const limit = DATA.circles[view.circle].limit_s;
      const { seconds } = HOMES.walks[view.state][view.circle];
      const standing = HOMES.standing[view.circle];
      const sums = DATA.areas.items.map(() => ({ homes: 0, covered: 0, robust: 0, walks: [] }));
      for (let k = 0; k < HOMES.count; k++) {
        const own = sums[HOMES.area[k]];
        if (!own) continue;
        own.homes += 1;
        own.covered += seconds[k] <= limit ? 1 : 0;
        own.robust += standing && standing[k] === STANDING_ROBUST ? HOMES.persons[k] : 0;
        own.walks.push([seconds[k], HOMES.persons[k]]);
      }
      kept.set(key, sums);
    }
    return kept.get(key);
  };
})();

/** Minutes that half of the persons walk no longer than; null where half reach none. */
function middleMinutes(walks) {
  const half = walks.reduce((sum, [, persons]) => sum + persons, 0) / 2;
  let sum = 0;
  for (const [seconds, persons] of walks.sort((a, b) => a[0] - b[0])) {
    sum += persons;
    if (sum >= half && persons) return Number.isFinite(seconds) ? seconds / 60 : null;
  }
  return null;
}

const areaValue = (area, index) => measureArea(view.measure, area, index);

function measureArea(measure, area, index) {
  const figures = area.figures[view.state];
  const column = SHARE_COLUMN[measure];
  if (column != null) return figures && area.persons ? figures[view.circle][column] / area.persons : null;
  const own = homesByArea()[index];
  if (measure === "homes") return own.homes ? own.covered / own.homes : null;
  if (measure === "robust") return area.persons ? own.robust / area.persons : null;
  return middleMinutes(own.walks);
}

const formatAreaValue = (value) =>
  value == null ? "–" : view.measure === "minutes" ? formatNumber(value, 1) : formatShare(value, 0);
const areaColour = (value) =>
  view.measure === "minutes"
    ? TIME_CLASSES.find(([minutes]) => value <= minutes)[1]
    : shareColour(value);

/** The share of all centres: what lists sort by. */
function areaShare(area) {
  const figures = area.figures[view.state];
  return figures && area.persons ? figures[view.circle][0] / area.persons : null;
}
