/* Put everything up, and again after each change of language, state or circle. */

function showWhole(topLeft) {
  const wide = map.getSize().x > 700;
  map.fitBounds(wholeStudy, {
    paddingTopLeft: topLeft || [wide ? legendRoom() + 30 : 12, 60],
    paddingBottomRight: [wide ? 66 : 12, 34],
    animate: false,
    maxZoom: 17,
  });
}

function renewAll() {
  showHead();
  showFigures();
  showTabs();
  showStates();
  showTools();
  showLayers();
  showLegend();
  showStrip();
  placeMarkers();
  showPanes();
  showScale();
  ground.redraw();
  renewPopup();
}

/* The strip's height decides the map's: put it up before the map is fitted. */
document.documentElement.classList.toggle("city", DATA.detail.city);
showHead();
showFigures();
showTabs();
showStrip();
showLegend();
map.invalidateSize({ animate: false });
showWhole();
map.setMinZoom(map.getZoom() - 2);
for (const group of [layers.gaps, layers.centres, layers.proposals]) group.addTo(map);
map.on("move zoom resize", showScale);
map.on("zoomend", renewMarkers);
renewAll();
map.addLayer(ground);

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.tagName !== "INPUT") map.closePopup();
});
new ResizeObserver(() => {
  if (!beforePrint) map.invalidateSize({ pan: false, animate: false });
}).observe(byId("map"));
/* For tests and for people who look: nothing of the page depends on it. */
window.planner = {
  map,
  view,
  data: DATA,
  homes: HOMES,
  choose,
  measures: () => Object.fromEntries(AREA_MEASURES.map((one) => [one, DATA.areas.items.map((area, i) => measureArea(one, area, i))])),
};
