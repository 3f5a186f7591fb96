/* Symbols that can be clicked and reached by keyboard: centres, gaps, proposals. */

const layers = { gaps: L.layerGroup(), centres: L.layerGroup(), proposals: L.layerGroup() };
const markers = { centre: [], gap: [], proposal: [] };
/** Where the pill of each gap stands, page pixels; null where it has none. */
const pillPlaces = DATA.gaps.map(() => null);
/** From afar only gaps worth a name carry one; nearer all do. */
const PILLS = { far: 8, near: 60, farLeastShare: 0.05, zoom: 14.9 };

const showsCentre = (centre) =>
  view.verdicts.has(centre.verdict) || !VERDICTS.includes(centre.verdict);

/** Put by left and top: by a transform each of thousands of marks is a layer of its own to paint. */
const FlatMarker = L.Marker.extend({
  _setPos(point) {
    Object.assign(this._icon.style, { left: `${point.x}px`, top: `${point.y}px` });
    this._icon._leaflet_pos = point;
    this._zIndex = point.y + this.options.zIndexOffset;
    this._resetZIndex();
  },
});
const newMarker = (at, options) => new (DATA.detail.city ? FlatMarker : L.Marker)(at, options);

function putMarker(kind, index, node, { at, size, anchor, style, title, lift }) {
  const marker = newMarker(at, {
    icon: L.divIcon({ html: node, className: style, iconSize: size, iconAnchor: anchor }),
    alt: title,
    title,
    riseOnHover: true,
    zIndexOffset: lift || 0,
  }).on("click", () => choose(kind, index));
  markers[kind][index] = marker;
  return marker;
}

/** Of a whole city the centres are small, so that they do not hide each other. */
const isFar = () => DATA.detail.city && map.getZoom() < 12.75;
let placedFar = null;

function placeMarkers() {
  placedFar = isFar();
  for (const group of Object.values(layers)) group.clearLayers();
  for (const kind of Object.keys(markers)) markers[kind] = [];
  if (view.on.centres) DATA.centres.forEach(placeCentre);
  if (view.on.proposals) DATA.proposals.forEach(placeProposal);
  placePills();
}

function renewMarkers() {
  if (isFar() === placedFar) placePills();
  else placeMarkers();
}

/** Which gaps carry a pill depends on the zoom, and where it stands on everything around. */
function placePills() {
  layers.gaps.clearLayers();
  markers.gap = [];
  pillPlaces.fill(null);
  if (drawsGaps()) gapsWithPill().forEach(placeGap);
  movePills();
  markChosen();
}

function gapsWithPill() {
  const here = DATA.gaps.filter((gap) => gap.circle === view.circle);
  const gaps = here.filter((gap) => !isMet(gap));
  if (map.getZoom() >= PILLS.zoom) return gaps.slice(0, PILLS.near);
  const least = PILLS.farLeastShare * Math.max(0, ...here.map((gap) => gap.persons));
  return gaps.filter((gap) => gap.persons >= least).slice(0, PILLS.far);
}

function placeCentre(centre, index) {
  if (!showsCentre(centre)) return;
  const serving = inService(centre);
  const size = (serving ? 24 : 18) * (placedFar ? 0.5 : 1);
  const symbol = verdictSymbol(centre.verdict, size, centre.status);
  const title = `${centre.name} · ${word(centre.verdict)}${serving ? "" : " · " + word("not_in_service")}`;
  layers.centres.addLayer(
    putMarker("centre", index, symbol, {
      at: toLatLng(centre.x, centre.y),
      size: [size, size],
      anchor: [size / 2, size / 2],
      style: serving ? "mark" : "mark away",
      title,
    }),
  );
}

function placeGap(gap) {
  const index = DATA.gaps.indexOf(gap);
  const node = make("div", { class: "gap-pill" }, `${gap.id} ${formatPill(gap.persons)}`);
  layers.gaps.addLayer(
    putMarker("gap", index, node, {
      at: toLatLng(gap.x, gap.y),
      size: [96, 22],
      anchor: [48, 11],
      style: "gap-wrap",
      title: word("gap", gap.id),
      lift: placedFar ? 2000 : -200,
    }),
  );
}

function placeProposal(proposal, index) {
  if (PHASES.length && !view.phases.has(proposal.phase)) return;
  const shown = view.state === "with_proposals";
  const above = proposal.action !== "build" ? 11 : 0; /* the centre below stays in reach */
  layers.proposals.addLayer(
    putMarker("proposal", index, proposalSymbol(proposal), {
      at: toLatLng(proposal.x, proposal.y),
      size: [30, 34],
      anchor: [15, 33 + above],
      style: shown ? "mark" : "mark later",
      title: word("proposal", proposal.id),
      lift: 400,
    }),
  );
}

const overlap = (a, b) =>
  Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) *
  Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/** Each pill tries eleven places around its gap and takes the least overlap. */
function movePills() {
  if (!map._loaded) return;
  const scale = 2 ** (map.getZoom() - 18);
  const around = (x, y, half, up, down) => [
    x * scale - half, y * scale - up, x * scale + half, y * scale + down,
  ];
  const used = [
    ...(view.on.centres ? DATA.centres.map((one) => around(one.x, one.y, 13, 13, 13)) : []),
    ...(view.on.proposals ? DATA.proposals.map((one) => around(one.x, one.y, 16, 35, 2)) : []),
  ];
  const [half, high] = [47, 12];
  markers.gap.forEach((marker, index) => {
    const gap = DATA.gaps[index];
    const box = SHAPES.gaps[index]().box.map((value) => value * scale);
    const [x, y] = [gap.x * scale, gap.y * scale];
    const [midX, midY] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const places = [
      [x, y], [midX, midY], [x, y - 26], [x, y + 26],
      [box[2] + half + 3, y], [box[2] + half + 3, midY], [x + 34, y + 30],
      [box[0] - half - 3, y], [box[0] - half - 3, midY], [x, box[3] + 15], [x, box[1] - 15],
    ];
    let best = null;
    places.forEach(([px, py], order) => {
      const own = [px - half, py - high, px + half, py + high];
      const worse = order * 8 + used.reduce((sum, one) => sum + overlap(own, one), 0);
      if (!best || worse < best.worse) best = { worse, own, px, py };
    });
    used.push(best.own);
    pillPlaces[index] = { x: best.px / scale, y: best.py / scale };
    marker.setLatLng(toLatLng(pillPlaces[index].x, pillPlaces[index].y));
  });
}
