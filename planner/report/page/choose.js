/* Choosing something: on the map, in a list, by search. */

const popup = L.popup({
  offset: [0, -8],
  autoPanPaddingBottomRight: [66, 20],
});
let opening = false;
popup.on("remove", () => {
  if (opening || !view.selected) return;
  view.selected = null;
  ground.redraw();
  markChosen();
});

const LISTS = {
  centre: DATA.centres,
  gap: DATA.gaps,
  proposal: DATA.proposals,
  area: DATA.areas.items,
  finding: DATA.findings.places,
  quarantine: DATA.quarantine,
};
const POPUPS = {
  centre: [centrePopup, 396],
  gap: [gapPopup, 300],
  proposal: [proposalPopup, 350],
  area: [areaPopup, 366],
  finding: [findingPopup, 330],
  quarantine: [setAsidePopup, 300],
  home: [(_, k) => homePopup(k), 290],
};

function openPopup(x, y, node, width) {
  const room = map.getSize();
  popup.options.autoPanPaddingTopLeft = [legendRoom() + 16, 66];
  popup.options.maxWidth = Math.min(width, room.x - legendRoom() - 90);
  popup.options.minWidth = popup.options.maxWidth;
  popup.options.maxHeight = Math.max(180, room.y - 120);
  popup.setLatLng(toLatLng(x, y)).setContent(node);
  popup.openOn(map);
}

/** Open one thing; `fly` also brings it into the middle of the map. */
function choose(kind, index, { fly = false, at = null } = {}) {
  const one = kind === "home" ? { x: HOMES.x[index], y: HOMES.y[index] } : LISTS[kind][index];
  const chosen = { kind, index, at };
  opening = true;
  view.selected = chosen;
  /* A popup makes room for itself, but not before the map stands still. */
  popup.options.autoPan = !fly;
  if (fly) {
    map.once("moveend", () => {
      popup.options.autoPan = true;
      if (view.selected === chosen && popup.isOpen()) popup.update();
    });
    const least = kind === "area" || kind === "gap" ? 14.25 : 14.75;
    const still = matchMedia("(prefers-reduced-motion:reduce)").matches;
    map.setView(toLatLng(one.x, one.y), Math.max(map.getZoom(), least), { animate: !still });
  }
  const [build, width] = POPUPS[kind];
  const [x, y] = at || [one.x, one.y];
  openPopup(x, y, build(one, index), width);
  opening = false;
  ground.redraw();
  markChosen();
}

/** After a change of language, state or circle the open popup says the new thing. */
function renewPopup() {
  if (!view.selected || !popup.isOpen()) return;
  const { kind, index, at } = view.selected;
  choose(kind, index, { at });
}

function markChosen() {
  const key = view.selected ? view.selected.kind + view.selected.index : "";
  document.querySelectorAll(".mark.chosen").forEach((one) => one.classList.remove("chosen"));
  if (view.selected && markers[view.selected.kind]) {
    const marker = markers[view.selected.kind][view.selected.index];
    if (marker && marker.getElement()) marker.getElement().classList.add("chosen");
  }
  document.querySelectorAll("[data-choose]").forEach((button) =>
    button.setAttribute("aria-current", String(button.dataset.choose === key)),
  );
}

function nearestHome(x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let k = 0; k < HOMES.count; k++) {
    const distance = (HOMES.x[k] - x) ** 2 + (HOMES.y[k] - y) ** 2;
    if (distance < least) [least, best] = [distance, k];
  }
  return best;
}

function areaAt(x, y) {
  const pen = ground._pen;
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  const found = SHAPES.areas.findIndex((shape) => pen.isPointInPath(shape().path, x, y, "evenodd"));
  pen.restore();
  return found;
}

map.on("click", (event) => {
  const at = map.project(event.latlng, 18).subtract(DATA.origin);
  const reach = 12 / 2 ** (map.getZoom() - 18);
  const finding = findingAt(at.x, at.y, reach);
  if (finding >= 0) {
    choose("finding", finding);
    return;
  }
  const setAside = setAsideAt(at.x, at.y, reach);
  if (setAside >= 0) {
    choose("quarantine", setAside);
    return;
  }
  const home = view.theme === "area" ? -1 : nearestHome(at.x, at.y, reach);
  if (home >= 0) {
    choose("home", home);
    return;
  }
  if (view.theme !== "area" && !view.on.areas) return;
  const area = areaAt(at.x, at.y);
  if (area >= 0) choose("area", area, { at: [at.x, at.y] });
});

/* ---------- search ---------- */

function searchHits(text) {
  const asked = text.trim().toLowerCase();
  if (!asked) return null;
  const hits = [];
  const add = (kind, list, name) =>
    list.forEach((one, index) => {
      if (hits.length < 8 && `${one.id} ${name(one)}`.toLowerCase().includes(asked)) {
        hits.push({ kind, index, name: name(one) });
      }
    });
  add("centre", DATA.centres, (one) => one.name);
  add("area", DATA.areas.items, (one) => one.name);
  add("gap", DATA.gaps, (one) => dotted(one.id, one.name));
  add("proposal", DATA.proposals, (one) => dotted(one.id, proposalTitle(one)));
  return hits;
}

function searchBox() {
  const box = make("div", { class: "search" });
  const close = () => box.querySelector("ul")?.remove();
  const show = () => {
    close();
    const hits = searchHits(input.value);
    if (!hits) return;
    const rows = hits.map(({ kind, index, name }) =>
      make("li", {}, make("button", { onclick: () => { close(); input.value = ""; chooseFromList(kind, index); } }, make("span", { class: "name" }, named(name)), make("small", {}, word("kind_of_" + kind)))),
    );
    box.append(make("ul", {}, rows.length ? rows : make("li", { class: "note" }, word("nothing_found"))));
  };
  const input = make("input", {
    type: "search",
    placeholder: word("search"),
    "aria-label": word("search"),
    oninput: show,
    onkeydown: (event) => {
      if (event.key === "Escape") { input.value = ""; close(); }
      if (event.key === "Enter") box.querySelector("li button")?.click();
    },
  });
  box.append(icon("M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM12 12l4 4"), input);
  return box;
}

/** A row of a list may belong to another circle or be filtered out: show it, then open it. */
function chooseFromList(kind, index) {
  if (kind === "gap" && LISTS.gap[index].circle !== view.circle) {
    view.circle = LISTS.gap[index].circle;
    renewAll();
  }
  if (kind === "finding" && !view.on.findings) {
    view.on.findings = true;
    showLayers();
    showLegend();
  }
  choose(kind, index, { fly: true });
}
