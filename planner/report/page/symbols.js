/* Symbols: the verdict by shape and colour, the status by a badge, proposals as pins. */

const COLOURS = {
  pass: "#009E73",
  fail: "#D55E00",
  cannot_tell: "#E69F00",
  not_applicable: "#68747D",
  below_recommended: "#E69F00",
  ink: "#17242D",
};

function verdictMarks(verdict) {
  const rim = { stroke: "#fff", "stroke-width": 2, "stroke-linejoin": "round" };
  const round = { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" };
  switch (verdict) {
    case "pass":
      return [
        make("circle", { cx: 12, cy: 12, r: 9.5, fill: COLOURS.pass, ...rim }),
        make("path", { d: "M7.6 12.3l3.1 3.1 5.8-6.3", stroke: "#fff", "stroke-width": 2.3, ...round }),
      ];
    case "fail":
      return [
        make("rect", { x: 2.8, y: 2.8, width: 18.4, height: 18.4, rx: 2, fill: COLOURS.fail, ...rim }),
        make("path", { d: "M8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6", stroke: "#fff", "stroke-width": 2.4, ...round }),
      ];
    case "cannot_tell":
      return [
        make("path", { d: "M12 1.2L22.8 12 12 22.8 1.2 12z", fill: COLOURS.cannot_tell, ...rim }),
        make("path", { d: "M9.6 9.6a2.5 2.5 0 1 1 3.6 2.4c-.8.4-1.2.9-1.2 1.8", stroke: COLOURS.ink, "stroke-width": 2, ...round }),
        make("circle", { cx: 12, cy: 16.8, r: 1.25, fill: COLOURS.ink }),
      ];
    case "below_recommended":
      return [
        make("circle", { cx: 12, cy: 12, r: 9.5, fill: "#fff", stroke: COLOURS.cannot_tell, "stroke-width": 2.4 }),
        make("path", { d: "M12 7v9.4M8.4 13l3.6 3.6 3.6-3.6", stroke: "#8A5F00", "stroke-width": 2.2, ...round }),
      ];
    default:
      return [
        make("circle", { cx: 12, cy: 12, r: 9.8, fill: "#fff" }),
        make("circle", { cx: 12, cy: 12, r: 8, fill: "#fff", stroke: COLOURS.not_applicable, "stroke-width": 2.6 }),
        make("path", { d: "M8.6 12h6.8", stroke: COLOURS.not_applicable, "stroke-width": 2.4, ...round }),
      ];
  }
}

const BADGES = { new: "M19 2.6v5M16.5 5.1h5", expanded: "M19 7.8V3M16.6 5.2L19 2.8l2.4 2.4", closed: "M17.2 3.3l3.6 3.6M20.8 3.3l-3.6 3.6" };

function badgeMarks(status) {
  if (!BADGES[status]) return [];
  return [
    make("circle", { cx: 19, cy: 5.1, r: 4.9, fill: COLOURS.ink, stroke: "#fff", "stroke-width": 1.1 }),
    make("path", { d: BADGES[status], fill: "none", stroke: "#fff", "stroke-width": 1.5, "stroke-linecap": "round" }),
  ];
}

function verdictSymbol(verdict, size = 24, status = null) {
  return make(
    "svg",
    { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": true },
    verdictMarks(verdict),
    badgeMarks(status),
  );
}

const badgeSymbol = (status) =>
  make("svg", { width: 15, height: 15, viewBox: "13 -1 12 12", "aria-hidden": true }, badgeMarks(status));

function proposalSymbol(proposal, height = 34) {
  const expand = proposal.action === "expand";
  return make(
    "svg",
    { width: (height * 28) / 32, height, viewBox: "0 0 28 32", "aria-hidden": true },
    make("path", {
      d: "M14 31L8.2 24.6H4.4A2.4 2.4 0 0 1 2 22.2V9.6L14 1.4l12 8.2v12.6a2.4 2.4 0 0 1-2.4 2.4h-3.8z",
      fill: expand ? "#fff" : "#F0E442",
      stroke: COLOURS.ink,
      "stroke-width": 1.9,
      "stroke-linejoin": "round",
      "stroke-dasharray": expand ? "3.4 2" : null,
    }),
    make("text", { x: 14, y: 19.6, "text-anchor": "middle", "font-size": proposal.order > 9 ? 11 : 13, "font-weight": 700, fill: COLOURS.ink }, proposal.order),
  );
}

const gapSymbol = (id) => make("span", { class: "gap-id" }, id);

const icon = (path) =>
  make(
    "svg",
    { width: 18, height: 18, viewBox: "0 0 18 18", fill: "none", stroke: "currentColor", "stroke-width": 1.7, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": true },
    make("path", { d: path }),
  );
