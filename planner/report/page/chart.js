/* Share covered against the number of new centres, and below it what each one adds. */

function curveChart() {
  const points = DATA.siting.curve;
  const c = DATA.circles.findIndex((circle) => circle.id === DATA.siting.circle_id);
  const persons = circleFigures("plan", Math.max(0, c)).persons;
  const chosen = DATA.proposals.length;
  const area = { wide: 360, high: 190, left: 38, right: 12, top: 12, middle: 104, bottom: 156 };
  const most = points[points.length - 1][0] || 1;
  const shares = points.map((point) => point[1]);
  const target = DATA.siting.target;
  const spread = Math.max(...shares, target || 0) - Math.min(...shares);
  const step = [0.01, 0.02, 0.05, 0.1].find((one) => spread / one <= 4.5) || 0.2;
  const low = Math.max(0, Math.floor(Math.min(...shares) / step + 1e-9) * step);
  const high = Math.min(1, Math.ceil((Math.max(...shares, target || 0) + 0.004) / step) * step) || 1;
  const toX = (count) => area.left + ((area.wide - area.left - area.right) * count) / most;
  const toY = (share) =>
    area.top + ((area.middle - area.top) * (high - share)) / Math.max(high - low, 1e-9);
  const chart = make("svg", { class: "chart", viewBox: `0 0 ${area.wide} ${area.high}`, width: "100%", role: "img", "aria-label": word("curve") });
  for (let share = low; share <= high + 1e-9; share += step) {
    chart.append(
      make("line", { class: "grid", x1: area.left, x2: area.wide - area.right, y1: toY(share), y2: toY(share) }),
      make("text", { x: area.left - 5, y: toY(share) + 4, "text-anchor": "end" }, formatShare(share, 0)),
    );
  }
  if (target) {
    chart.append(
      make("line", { class: "target", x1: area.left, x2: area.wide - area.right, y1: toY(target), y2: toY(target) }),
      make("text", { class: "target", x: area.wide - area.right, y: toY(target) + 13, "text-anchor": "end" }, word("target", formatShare(target, 0))),
    );
  }
  chart.append(...gainBars(points, persons, chosen, area, toX));
  chart.append(
    make("polyline", { points: points.map(([count, share]) => `${toX(count)},${toY(share)}`).join(" "), fill: "none", stroke: "#0072B2", "stroke-width": 2.4, "stroke-linejoin": "round" }),
    ...points.map(([count, share]) => curveDot(toX(count), toY(share), count === 0 ? "base" : count === chosen ? "chosen" : "")),
    ...curveValues(points, chosen, toX, toY, area),
    make("text", { x: area.wide - area.right, y: area.high - 1, "text-anchor": "end" }, low > 0 ? dotted(word("curve_x"), word("curve_y", Math.round(low * 100))) : word("curve_x")),
  );
  return chart;
}

function gainBars(points, persons, chosen, area, toX) {
  const gains = points.slice(1).map(([count, share], i) => ({ count, gain: (share - points[i][1]) * persons }));
  const most = Math.max(...gains.map((one) => one.gain), 1e-9);
  const wide = Math.min(26, ((area.wide - area.left - area.right) / Math.max(1, gains.length)) * 0.56);
  const every = Math.ceil(points.length / 16);
  return [
    ...gains.map(({ count, gain }) => {
      const high = Math.max(0, (30 * gain) / most);
      return make("rect", { x: toX(count) - wide / 2, width: wide, y: area.bottom - high, height: high, fill: count <= chosen ? "#D8CB1E" : "#DDE2E4" });
    }),
    gains.length ? make("text", { x: toX(gains[0].count) - wide / 2, y: area.bottom - 34, class: "strong" }, formatPersons(gains[0].gain)) : "",
    make("text", { class: "quiet", x: area.wide - area.right, y: area.bottom - 34, "text-anchor": "end" }, word("curve_gain")),
    make("line", { class: "axis", x1: area.left, x2: area.wide - area.right, y1: area.bottom, y2: area.bottom }),
    ...points
      .filter(([count], i) => i % every === 0 || count === chosen)
      .map(([count]) => make("text", { class: count === chosen ? "strong" : "", x: toX(count), y: area.bottom + 13, "text-anchor": "middle" }, count)),
  ];
}

function curveDot(x, y, role) {
  const marked = role !== "";
  return make("circle", {
    cx: x,
    cy: y,
    r: marked ? 4.6 : 2.4,
    fill: role === "chosen" ? "#F0E442" : role === "base" ? "#fff" : "#0072B2",
    stroke: role === "chosen" ? COLOURS.ink : "#0072B2",
    "stroke-width": role === "chosen" ? 1.6 : role === "base" ? 2.2 : 0,
  });
}

function curveValues(points, chosen, toX, toY, area) {
  const base = points[0];
  const end = points.find(([count]) => count === chosen);
  const beside = (x) => (x > area.wide / 2 ? "end" : "start");
  const texts = [make("text", { class: "strong", x: toX(base[0]) + 9, y: Math.min(area.middle + 2, toY(base[1]) + 13) }, formatShare(base[1]))];
  if (end && chosen > 0) {
    const x = toX(end[0]);
    texts.push(make("text", { class: "strong", x: x + (beside(x) === "end" ? -2 : 8), y: Math.max(10, toY(end[1]) - 9), "text-anchor": beside(x) }, formatShare(end[1])));
  }
  return texts;
}
