/* Elements are made here and nowhere else; text of the data only ever goes in as text nodes. */

const SVG_TAGS = new Set([
  "svg", "path", "circle", "rect", "line", "text", "g", "polyline", "polygon", "title",
]);

function make(tag, attributes = {}, ...children) {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || (value === false && !name.startsWith("aria-"))) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child == null || child === false) continue;
    element.append(child.nodeType ? child : String(child));
  }
  return element;
}

const byId = (id) => document.getElementById(id);

function fillElement(id, ...children) {
  const element = byId(id);
  element.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** A name from the data: set apart, so that its direction of writing stays its own. */
const named = (text) => make("bdi", {}, text);

/** A figure of the summary: its place, and the number itself, beside the text people read. */
function figure(place, value, text, tag = "span", attributes = {}) {
  return make(tag, { "data-figure": place, "data-value": value, ...attributes }, text);
}

const swatch = (style) => make("i", { class: "swatch", style });
const pill = (text, title) => make("span", { class: "pill", title }, text);
const certaintyPill = (certainty) =>
  certainty && certainty !== "read"
    ? make("span", { class: "pill quiet", title: word("certainty_" + certainty + "_why") }, word("certainty_" + certainty))
    : null;
