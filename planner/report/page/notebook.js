/* The notebook's map: plain Leaflet layers; texts go in as text nodes only. */
function showLayers(map, data) {
  const verdicts = new Map([
    ["pass", "#009E73"],
    ["fail", "#D55E00"],
    ["cannot_tell", "#E69F00"],
    ["not_applicable", "#68747D"],
  ]);
  const popup = (text) => {
    const node = document.createElement("div");
    node.style.cssText = "white-space:pre-line;font:13px/1.5 sans-serif;overflow-wrap:anywhere";
    node.textContent = text;
    return node;
  };
  const label = (text) => {
    const node = document.createElement("span");
    node.textContent = text;
    return node.outerHTML; /* markup in the text is escaped here */
  };
  map.getContainer().style.background = "#F5F4F0";
  const layers = [];
  const add = (name, layer, shown) => {
    layers.push([label(name), layer]);
    if (shown) layer.addTo(map);
  };
  for (const circle of data.circles) {
    const colour = circle.near ? "#0072B2" : "#8CC4E8";
    const style = { color: circle.near ? "#00568A" : "#1F7DB8", weight: 1.2, fillColor: colour, fillOpacity: 0.45 };
    add(circle.name, L.geoJSON(circle.shape, { style, interactive: false }), true);
  }
  const gaps = L.layerGroup(data.gaps.map((gap) =>
    L.geoJSON(gap.shape, { style: { color: "#8A2C64", weight: 1.6, fillColor: "#A63A79", fillOpacity: 0.12 } })
      .bindPopup(popup(gap.text))));
  add(data.words.gaps, gaps, true);
  const people = L.layerGroup(data.people.map(([lat, lon, persons]) =>
    L.circleMarker([lat, lon], { radius: Math.max(1, 0.35 * Math.sqrt(persons)), stroke: false, fillColor: "#A63A79", fillOpacity: 0.85, interactive: false })));
  add(data.words.uncovered, people, true);
  const centres = L.layerGroup(data.centres.map((centre) =>
    L.circleMarker(centre.place, { radius: 7, color: "#fff", weight: 2, fillColor: verdicts.get(centre.verdict) || "#68747D", fillOpacity: centre.closed ? 0.4 : 1 })
      .bindPopup(popup(centre.text))));
  add(data.words.centres, centres, true);
  const proposals = L.layerGroup(data.proposals.map((proposal) =>
    L.circleMarker(proposal.place, { radius: 8, color: "#17242D", weight: 2, fillColor: "#F0E442", fillOpacity: 1 })
      .bindPopup(popup(proposal.text))));
  if (data.proposals.length) add(data.words.proposals, proposals, true);
  L.control.layers(null, Object.fromEntries(layers), { collapsed: false }).addTo(map);
  map.fitBounds(data.bounds, { padding: [20, 20] });
}
