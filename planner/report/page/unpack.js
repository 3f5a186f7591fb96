/* The page's data: JSON, with geometry and columns packed by planner/report/packing.py. */

const DATA = JSON.parse(document.getElementById("data").textContent);

/** Read zigzag varints from base64 text. */
function openReader(text) {
  const bytes = atob(text);
  let place = 0;
  const unsigned = () => {
    let value = 0;
    let scale = 1;
    let byte;
    do {
      byte = bytes.charCodeAt(place++);
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte & 128);
    return value;
  };
  const signed = () => {
    const value = unsigned();
    return value & 1 ? -(value + 1) / 2 : value / 2;
  };
  return { unsigned, signed };
}

/** Packed lines, in units of `step` pixels -> arrays x, y, x, y, … in page pixels (zoom 18). */
function unpackLines(text, step = 1) {
  if (!text) return [];
  const reader = openReader(text);
  const sizes = Array.from({ length: reader.unsigned() }, () => reader.unsigned());
  let x = 0;
  let y = 0;
  return sizes.map((size) => {
    const line = new Int32Array(2 * size);
    for (let j = 0; j < size; j++) {
      x += reader.signed();
      y += reader.signed();
      line[2 * j] = x * step;
      line[2 * j + 1] = y * step;
    }
    return line;
  });
}

function unpackColumn(text, count, { signed = false, running = false } = {}) {
  const reader = openReader(text);
  const column = new Int32Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const value = signed ? reader.signed() : reader.unsigned();
    sum += value;
    column[k] = running ? sum : value;
  }
  return column;
}

function traceLine(path, line) {
  path.moveTo(line[0], line[1]);
  for (let j = 2; j < line.length; j += 2) path.lineTo(line[j], line[j + 1]);
}

/** A ring as path text: a path of a city grows slowly point by point, and is read at once. */
function writeRing(ring) {
  const steps = [];
  for (let j = 2; j < ring.length; j += 2) steps.push(ring[j] - ring[j - 2], ring[j + 1] - ring[j - 1]);
  return `M${ring[0]} ${ring[1]}l${steps.join(" ")}Z`;
}

function growBox(box, line) {
  for (let j = 0; j < line.length; j += 2) {
    box[0] = Math.min(box[0], line[j]);
    box[1] = Math.min(box[1], line[j + 1]);
    box[2] = Math.max(box[2], line[j]);
    box[3] = Math.max(box[3], line[j + 1]);
  }
}

const emptyBox = () => [1e9, 1e9, -1e9, -1e9];

/** A polygon to fill by even and odd, with its box; made when first drawn. */
function lazyShape(text, step = 1) {
  let made;
  return () => {
    if (!made) {
      const rings = unpackLines(text, step);
      made = { path: new Path2D(rings.map(writeRing).join("")), box: emptyBox(), empty: !rings.length };
      for (const ring of rings) growBox(made.box, ring);
    }
    return made;
  };
}

/** Streets by weight, cut into tiles of about 1.3 km: a close view draws only what it sees. */
const TILE = 2600;
function tileStreets(text) {
  const tiles = new Map();
  for (const line of unpackLines(text, DATA.detail.step)) {
    const key = `${Math.floor(line[0] / TILE)},${Math.floor(line[1] / TILE)}`;
    let tile = tiles.get(key);
    if (!tile) tiles.set(key, (tile = { path: new Path2D(), box: emptyBox() }));
    traceLine(tile.path, line);
    growBox(tile.box, line);
  }
  return [...tiles.values()];
}

/** Homes as columns; walks[state][circle] holds seconds (Infinity: unreached) and centre. */
function unpackHomes(packed) {
  const count = packed.count;
  const delta = { signed: true, running: true };
  const homes = {
    count,
    x: unpackColumn(packed.x, count, delta),
    y: unpackColumn(packed.y, count, delta),
    persons: Float64Array.from(unpackColumn(packed.persons, count), (value) => value / 100),
    area: unpackColumn(packed.area, count).map((value) => value - 1),
    standing: (packed.standing || []).map((text) => unpackColumn(text, count)),
    walks: {},
  };
  const plan = packed.walks.plan.map((pair) => pair.map((text) => unpackColumn(text, count)));
  for (const [state, circles] of Object.entries(packed.walks)) {
    homes.walks[state] = circles.map((pair, c) => {
      const [time, centre] = pair.map((text, column) => {
        if (state === "plan") return plan[c][column];
        const change = unpackColumn(text, count, { signed: true });
        return change.map((value, k) => value + plan[c][column][k]);
      });
      return {
        seconds: Float64Array.from(time, (value) => (value ? value - 1 : Infinity)),
        centre: centre.map((value) => value - 1),
      };
    });
  }
  return homes;
}

const HOMES = unpackHomes(DATA.homes);
const STREETS = Object.fromEntries(
  Object.entries(DATA.streets).map(([weight, text]) => [weight, tileStreets(text)]),
);
const SHAPES = {
  study: lazyShape(DATA.study),
  bands: Object.fromEntries(
    Object.entries(DATA.bands).map(([state, texts]) => [state, texts.map((text) => lazyShape(text, DATA.detail.step))]),
  ),
  areas: DATA.areas.items.map((area) => lazyShape(area.shape)),
  gaps: DATA.gaps.map((gap) => lazyShape(gap.shape)),
  centres: DATA.centres.map((centre) => centre.shapes.map((text) => lazyShape(text))),
  proposals: DATA.proposals.map((proposal) => proposal.shapes.map((text) => lazyShape(text))),
};
