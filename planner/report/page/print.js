/* A3 landscape: the page takes the sheet's size, the map is fitted again and redrawn finer. */

let beforePrint = null;

function toSheet() {
  if (beforePrint) return;
  beforePrint = { middle: map.getCenter(), zoom: map.getZoom(), open: byId("legend").querySelector("details").open };
  opening = true;
  map.closePopup();
  opening = false;
  document.documentElement.classList.add("printing");
  pixelRatio = 2; /* a canvas side over 4096 pixels is misplaced in Chromium's PDF */
  map.invalidateSize({ pan: false, animate: false });
  showWhole([250, 24]);
  showPanes();
  showLegend();
  byId("legend").querySelector("details").open = true;
  showScale();
  ground._update();
}

function fromSheet() {
  if (!beforePrint) return;
  document.documentElement.classList.remove("printing");
  pixelRatio = 0;
  map.invalidateSize({ pan: false, animate: false });
  map.setView(beforePrint.middle, beforePrint.zoom, { animate: false });
  byId("legend").querySelector("details").open = beforePrint.open;
  beforePrint = null;
  showPanes();
  showScale();
  ground._update();
}

addEventListener("beforeprint", toSheet);
addEventListener("afterprint", fromSheet);
