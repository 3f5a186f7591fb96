/* The map's ground: one canvas in zoom-18 pixels, moved by one transform. */

const toLatLng = (x, y) => map.unproject([x + DATA.origin[0], y + DATA.origin[1]], 18);
const map = L.map("map", {
  zoomControl: false,
  attributionControl: false,
  zoomSnap: 0.25,
  zoomDelta: 0.5,
  wheelPxPerZoomLevel: 110,
  minZoom: 8,
  maxZoom: 18,
  fadeAnimation: false,
});
const wholeStudy = L.latLngBounds(
  toLatLng(DATA.view[0], DATA.view[3]),
  toLatLng(DATA.view[2], DATA.view[1]),
);

/* One hue for coverage: the shortest circle darkest. Each circle: fill, strength, line. */
const CIRCLE_STYLES = [
  { fill: "#8CC4E8", strong: 0.5, faint: 0.24, line: "#1F7DB8", width: 1.1, key: "#C3DEF0" },
  { fill: "#4A9CCF", strong: 0.46, faint: 0.24, line: "#0F6BA6", width: 1.1, key: "#9CC8E4" },
  { fill: "#0072B2", strong: 0.42, faint: 0.3, line: "#00568A", width: 1.2, key: "#7FB1D3" },
];
function circleStyle(c) {
  const rank = CIRCLE_ORDER.indexOf(c);
  if (rank === 0) return CIRCLE_STYLES[0];
  return rank === CIRCLE_ORDER.length - 1 ? CIRCLE_STYLES[2] : CIRCLE_STYLES[1];
}

const TIME_CLASSES = [
  [5, "#2C7FB8"],
  [10, "#7FBADB"],
  [15, "#CBE3F1"],
  [20, "#F9DDBB"],
  [Infinity, "#EDB98A"],
];
/** Gaps of the longest circle are on the map; those of another only when chosen. */
const drawsGaps = () =>
  view.on.gaps && view.circle === longestCircle && view.theme !== "area";
const isMet = (gap) => view.state === "with_proposals" && gap.met_by.length > 0;
const focused = () =>
  view.selected && ["centre", "proposal"].includes(view.selected.kind) ? view.selected : null;

let pixelRatio = 0; /* set while printing */

const Ground = L.Renderer.extend({
  _initContainer() {
    this._container = document.createElement("canvas");
    this._pen = this._container.getContext("2d");
  },
  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const canvas = this._container;
    this.ratio = pixelRatio || Math.min(2, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(canvas, this._bounds.min);
    canvas.width = this.ratio * size.x;
    canvas.height = this.ratio * size.y;
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    this.draw();
  },
  redraw() {
    if (!this._map || this._asked) return;
    this._asked = requestAnimationFrame(() => {
      this._asked = 0;
      this.draw();
    });
  },
  draw() {
    if (!this._map || !this._bounds) return;
    const pen = this._pen;
    const zoom = map.getZoom();
    const scale = 2 ** (zoom - 18);
    const corner = map.getPixelOrigin();
    const left = DATA.origin[0] * scale - corner.x - this._bounds.min.x;
    const top = DATA.origin[1] * scale - corner.y - this._bounds.min.y;
    const size = this._bounds.getSize();
    const sheet = {
      pen,
      zoom,
      size,
      scale,
      px: (width) => width / scale,
      box: [-left / scale, -top / scale, (size.x - left) / scale, (size.y - top) / scale],
      toScreen: (x, y) => [x * scale + left, y * scale + top],
    };
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalAlpha = 1;
    pen.fillStyle = "#F5F4F0";
    if (showsBase()) pen.clearRect(0, 0, this._container.width, this._container.height);
    else pen.fillRect(0, 0, this._container.width, this._container.height);
    pen.setTransform(this.ratio * scale, 0, 0, this.ratio * scale, this.ratio * left, this.ratio * top);
    pen.lineJoin = pen.lineCap = "round";
    if (!showsBase()) drawGround(sheet);
    drawTheme(sheet);
    if (view.on.streets && !showsBase()) drawStreets(sheet);
    drawSlopes(sheet);
    if (!showsBase()) {
      drawVeil(sheet);
      drawFade(sheet);
    }
    drawOutlines(sheet);
    drawGaps(sheet);
    drawFocus(sheet);
    drawPeople(sheet);
    drawDoors(sheet);
    drawFindings(sheet);
    drawSetAside(sheet);
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    drawLabels(sheet);
  },
});
const ground = new Ground({ padding: 0.12 });

const sees = (sheet, box) =>
  box[0] < sheet.box[2] && box[2] > sheet.box[0] && box[1] < sheet.box[3] && box[3] > sheet.box[1];

function fillShape(sheet, shape, colour, alpha) {
  if (shape.empty || !sees(sheet, shape.box)) return;
  sheet.pen.globalAlpha = alpha;
  sheet.pen.fillStyle = colour;
  sheet.pen.fill(shape.path, "evenodd");
  sheet.pen.globalAlpha = 1;
}

function strokeShape(sheet, shape, colour, width, dashes = []) {
  if (shape.empty || !sees(sheet, shape.box)) return;
  sheet.pen.strokeStyle = colour;
  sheet.pen.lineWidth = sheet.px(width);
  sheet.pen.setLineDash(dashes.map(sheet.px));
  sheet.pen.stroke(shape.path);
  sheet.pen.setLineDash([]);
}

function drawGround(sheet) {
  fillShape(sheet, SHAPES.study(), "#FBFAF7", 1);
}

/** One theme at a time: fills are never stacked. */
function drawTheme(sheet) {
  if (view.theme === "area") {
    DATA.areas.items.forEach((area, i) => {
      const value = areaValue(area, i);
      if (value != null) fillShape(sheet, SHAPES.areas[i](), areaColour(value), 0.95);
    });
  }
  if (view.theme !== "circle") return;
  const dim = focused() ? 0.45 : 1;
  const base = SHAPES.bands[view.state === "with_proposals" ? (SHAPES.bands.kept ? "kept" : "plan") : view.state];
  const added = view.state === "with_proposals" ? SHAPES.bands.added : null;
  for (const c of CIRCLE_ORDER) {
    const style = circleStyle(c);
    const longer = DATA.circles[c].limit_s > DATA.circles[view.circle].limit_s;
    const first = c === longestCircle;
    const band = base[c]();
    if (added && first) knockOut(sheet, added[c]());
    fillShape(sheet, band, style.fill, (longer ? style.faint : style.strong) * dim);
    if (!added || (first && longer)) continue;
    const tone = first ? "#F0E442" : longestCircle === view.circle ? "#B39B00" : "#E3D400";
    fillShape(sheet, added[c](), tone, (first ? 0.62 : 0.55) * dim);
  }
}

/** What proposals add is painted on paper: yellow over blue turned olive. */
function knockOut(sheet, shape) {
  if (showsBase()) sheet.pen.globalCompositeOperation = "destination-out";
  fillShape(sheet, shape, "#FBFAF7", 1);
  sheet.pen.globalCompositeOperation = "source-over";
}

function drawStreets(sheet) {
  const { pen, zoom, px } = sheet;
  const width = (low, high) => Math.max(low * 0.8, low * (high / low) ** ((zoom - 13) / 4));
  const draw = (weight, colour, wide, dashes = []) => {
    if (wide <= 0) return;
    pen.strokeStyle = colour;
    pen.lineWidth = px(wide);
    pen.setLineDash(dashes.map(px));
    for (const tile of STREETS[weight]) if (sees(sheet, tile.box)) pen.stroke(tile.path);
    pen.setLineDash([]);
  };
  const main = width(2.5, 10.5);
  const middle = width(1.5, 7);
  const local = width(0.5, 3.2);
  if (zoom >= 13.25) draw(3, "rgba(88,100,110,.26)", width(0.45, 1.6));
  /* Of a whole city the main streets are enough: all the others would be a grey veil. */
  if (!DATA.detail.city || zoom >= 13) draw(2, "rgba(88,100,110,.34)", local);
  if (zoom >= 15.5) draw(2, "rgba(255,255,255,.9)", local - 1.1);
  if (zoom >= 14) {
    const dot = Math.max(1, (zoom - 13) / 2);
    draw(4, "rgba(90,60,50,.75)", width(1, 3), [1.2 * dot, 1.8 * dot]);
  }
  draw(1, "rgba(88,100,110,.55)", middle);
  draw(0, "rgba(88,100,110,.62)", main);
  draw(1, "#fff", middle - (zoom < 14 ? 0.9 : 1.3));
  draw(0, "#fff", main - (zoom < 14 ? 1.1 : 1.5));
}

/** What lies outside the study steps back. */
function drawVeil(sheet) {
  const study = SHAPES.study();
  if (study.empty) return;
  const outside = new Path2D();
  const [x0, y0, x1, y1] = sheet.box;
  outside.rect(x0, y0, x1 - x0, y1 - y0);
  outside.addPath(study.path);
  sheet.pen.fillStyle = "#F5F4F0";
  sheet.pen.globalAlpha = 0.55;
  sheet.pen.fill(outside, "evenodd");
  sheet.pen.globalAlpha = 1;
}

/** The data end softly: outside the study the sheet fades into paper. */
function drawFade(sheet) {
  const [x0, y0, x1, y1] = DATA.extent;
  const depth = Math.min(900, (x1 - x0) / 12, (y1 - y0) / 12);
  const [west, north] = [Math.min(sheet.box[0], x0) - 9, Math.min(sheet.box[1], y0) - 9];
  const [east, south] = [Math.max(sheet.box[2], x1) + 9, Math.max(sheet.box[3], y1) + 9];
  const study = SHAPES.study();
  sheet.pen.save();
  if (!study.empty) {
    const outside = new Path2D();
    outside.rect(west, north, east - west, south - north);
    outside.addPath(study.path);
    sheet.pen.clip(outside, "evenodd");
  }
  const side = (fromX, fromY, toX, toY, x, y, wide, high) => {
    const fade = sheet.pen.createLinearGradient(fromX, fromY, toX, toY);
    fade.addColorStop(0, "rgba(245,244,240,1)");
    fade.addColorStop(0.5, "rgba(245,244,240,.5)");
    fade.addColorStop(1, "rgba(245,244,240,0)");
    sheet.pen.fillStyle = fade;
    sheet.pen.fillRect(x, y, wide, high);
  };
  side(x0, 0, x0 + depth, 0, west, north, x0 + depth - west, south - north);
  side(x1, 0, x1 - depth, 0, x1 - depth, north, east - x1 + depth, south - north);
  side(0, y0, 0, y0 + depth, west, north, east - west, y0 + depth - north);
  side(0, y1, 0, y1 - depth, west, y1 - depth, east - west, south - y1 + depth);
  sheet.pen.restore();
}

function drawOutlines(sheet) {
  if (view.theme === "circle" && !focused()) {
    for (const c of CIRCLE_ORDER) {
      if (DATA.circles[c].limit_s > DATA.circles[view.circle].limit_s) continue;
      const style = circleStyle(c);
      const thin = Math.min(1, 2 ** ((sheet.zoom - 13.5) * 0.8)); /* a whole city: no tangle of lines */
      if (DATA.detail.city && thin < 0.4) continue;
      strokeShape(sheet, SHAPES.bands[view.state][c](), style.line, style.width * thin);
    }
  }
  if (view.on.outlines) {
    DATA.centres.forEach((centre, i) => {
      if (!inService(centre)) return;
      strokeShape(sheet, SHAPES.centres[i][view.circle](), "rgba(0,86,138,.7)", 0.9);
    });
  }
  if (view.theme === "area") {
    for (const shape of SHAPES.areas) strokeShape(sheet, shape(), "#fff", 2);
    for (const shape of SHAPES.areas) strokeShape(sheet, shape(), "rgba(70,84,94,.6)", 0.7);
  } else if (view.on.areas) {
    for (const shape of SHAPES.areas) strokeShape(sheet, shape(), "rgba(70,84,94,.75)", 1.1, [6, 3]);
  }
  strokeShape(sheet, SHAPES.study(), "#3B4A55", 1.8, [10, 3, 2, 3]);
  if (view.selected && view.selected.kind === "area") {
    strokeShape(sheet, SHAPES.areas[view.selected.index](), "#17242D", 2.4);
  }
}

function drawGaps(sheet) {
  DATA.gaps.forEach((gap, i) => {
    const chosen = view.selected && view.selected.kind === "gap" && view.selected.index === i;
    if (gap.circle !== view.circle || !(chosen || drawsGaps())) return;
    const shape = SHAPES.gaps[i]();
    if (shape.empty || !sees(sheet, shape.box)) return;
    hatch(sheet, shape, isMet(gap) ? 0.18 : 0.34);
    sheet.pen.globalAlpha = isMet(gap) ? 0.5 : 1;
    strokeShape(sheet, shape, "#8A2C64", chosen ? 3 : 1.6);
    sheet.pen.globalAlpha = 1;
  });
}

/** Hatching keeps streets and dots readable. */
function hatch(sheet, shape, alpha) {
  const { pen, px } = sheet;
  const [x0, y0, x1, y1] = shape.box;
  pen.save();
  pen.clip(shape.path, "evenodd");
  pen.strokeStyle = "#A63A79";
  pen.globalAlpha = alpha;
  pen.lineWidth = px(1);
  pen.beginPath();
  for (let x = x0 - (y1 - y0); x < x1; x += px(7)) {
    pen.moveTo(x, y1);
    pen.lineTo(x + y1 - y0, y0);
  }
  pen.stroke();
  pen.restore();
}

/** The chosen centre's or proposal's own reach. */
function drawFocus(sheet) {
  const chosen = focused();
  if (!chosen) return;
  const isCentre = chosen.kind === "centre";
  const shapes = (isCentre ? SHAPES.centres : SHAPES.proposals)[chosen.index];
  const [fill, line] = isCentre ? ["#0072B2", "#00568A"] : ["#C9BA00", "#7A7000"];
  CIRCLE_ORDER.forEach((c, rank) => fillShape(sheet, shapes[c](), fill, rank ? 0.34 : 0.22));
  for (const c of CIRCLE_ORDER) strokeShape(sheet, shapes[c](), "#fff", 4.2);
  CIRCLE_ORDER.forEach((c, rank) => strokeShape(sheet, shapes[c](), line, rank ? 1.6 : 2.2));
}

/** One dot a home, area by persons. */
function drawPeople(sheet) {
  const { pen, px, zoom } = sheet;
  const limit = DATA.circles[view.circle].limit_s;
  const { seconds } = HOMES.walks[view.state][view.circle];
  const factor = Math.max(0.42, 0.42 * 2 ** ((zoom - 13.5) * 0.62));
  const dots = (colour, alpha, keeps, size, least, column = seconds) => {
    pen.fillStyle = colour;
    pen.globalAlpha = alpha;
    pen.beginPath();
    for (let k = 0; k < HOMES.count; k++) {
      const x = HOMES.x[k];
      const y = HOMES.y[k];
      if (x < sheet.box[0] || x > sheet.box[2] || y < sheet.box[1] || y > sheet.box[3]) continue;
      if (!HOMES.persons[k] || !keeps(column[k])) continue;
      const radius = px(Math.max(least, factor * size * Math.sqrt(HOMES.persons[k])));
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 7);
    }
    pen.fill();
    pen.globalAlpha = 1;
  };
  if (view.theme === "time") {
    let from = -1;
    for (const [minutes, colour] of TIME_CLASSES) {
      const [low, high] = [from, minutes * 60];
      dots(colour, 1, (s) => s > low && (s <= high || high === Infinity), 0.6, 1.6);
      from = high;
    }
    drawChosenHome(sheet);
    return;
  }
  if (view.theme === "robust") {
    const standing = HOMES.standing[view.circle];
    for (const [value, , colour] of STANDINGS) dots(colour, 0.9, (s) => s === value, 0.5, 1.4, standing);
    drawChosenHome(sheet);
    return;
  }
  if (view.on.homes || zoom >= 16) dots("#3F5E73", 0.62, (s) => s <= limit, 0.31, 0.7);
  if (view.on.uncovered && view.theme !== "area") {
    const fog = view.circle !== longestCircle;
    dots("#A63A79", fog ? 0.34 : 0.88, (s) => s > limit, fog ? 0.35 : 0.5, 0.8);
  }
  drawChosenHome(sheet);
}

function drawChosenHome({ pen, px }) {
  if (!view.selected || view.selected.kind !== "home") return;
  const k = view.selected.index;
  for (const [radius, colour] of [[7, "#fff"], [5, COLOURS.ink]]) {
    pen.beginPath();
    pen.arc(HOMES.x[k], HOMES.y[k], px(radius), 0, 7);
    pen.fillStyle = colour;
    pen.fill();
  }
}
