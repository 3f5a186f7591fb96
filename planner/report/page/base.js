/* A map of others below ours, where the study asks for one: off until the reader puts it on. */

const baseTiles = { layers: null, key: "", failed: false };
const showsBase = () => view.on.base && Boolean(baseTiles.layers);

/** Put the tiles on or off; a key that is not in the page is asked of the reader and kept nowhere. */
function renewBase() {
  if (!DATA.base_map) return;
  if (view.on.base && !baseTiles.layers) {
    const { templates, subdomains, needs_key: needsKey } = DATA.base_map;
    baseTiles.key = DATA.base_map.key || baseTiles.key || (needsKey ? (window.prompt(word("base_key")) || "").trim() : "");
    if (needsKey && !baseTiles.key) {
      view.on.base = false;
      return;
    }
    baseTiles.layers = templates.map((template) =>
      L.tileLayer(template, { subdomains, key: baseTiles.key, maxZoom: 18, className: "base-tiles" }).on("tileerror", () => {
        if (baseTiles.failed) return;
        baseTiles.failed = true;
        showStrip();
      }),
    );
  }
  for (const layer of baseTiles.layers || []) {
    if (view.on.base) layer.addTo(map);
    else layer.remove();
  }
  if (!view.on.base) {
    baseTiles.layers = null;
    baseTiles.failed = false;
  }
  showStrip();
}

/** What the strip says of the base map: whose it is, and what is wrong with it. */
function baseStrip() {
  if (!showsBase()) return null;
  return [
    DATA.base_map.datum === "wgs84" ? null : pill(word("base_datum"), word("base_datum_why")),
    baseTiles.failed ? pill(word("base_failed"), word("base_failed_why")) : null,
    named(inLanguage(DATA.base_map.credit)),
    " · ",
  ];
}
