/* Labels on the canvas, in screen pixels: placed greedily, symbols first, never overlapping. */

const CHINESE_FONT = () => getComputedStyle(document.documentElement).getPropertyValue("--zh");
const LATIN_FONT = () => getComputedStyle(document.documentElement).getPropertyValue("--en");
const STREET_LABEL_ZOOM = [13.5, 14.75, 16];
const LABEL_LETTERS = 16;
const centreLabelZoom = () => (DATA.centres.length > 60 ? 13.5 : 12.75);

/** What a map has room for: the name without the words all centres share. */
function shortName(name) {
  const bare = name
    .replace(/(社区|街道|片区)?(综合|便民)?服务(中心|站)$/, "")
    .replace(/(community|street)?\s*service cent(re|er)$/i, "")
    .trim();
  const text = bare || name;
  return text.length > LABEL_LETTERS ? text.slice(0, LABEL_LETTERS - 1) + "…" : text;
}

function drawLabels(sheet) {
  const taken = reserveSymbols(sheet);
  sheet.pen.textBaseline = "middle";
  sheet.pen.textAlign = "left";
  const pencil = {
    sheet,
    taken,
    free: (box) =>
      !taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1]),
    write(text, x, y, colour, halo = 3.4) {
      const { pen } = sheet;
      pen.lineWidth = halo;
      pen.strokeStyle = "rgba(255,255,255,.92)";
      pen.lineJoin = "round";
      pen.strokeText(text, x, y);
      pen.fillStyle = colour;
      pen.fillText(text, x, y);
    },
  };
  if (!view.on.labels) return;
  if (view.on.centres && view.theme !== "area" && sheet.zoom >= centreLabelZoom()) labelCentres(pencil);
  if (view.theme === "area" || view.on.areas) labelAreas(pencil);
  if (view.on.streets && !showsBase()) labelStreets(pencil);
}

/** The boxes of what stands on the map already. */
function reserveSymbols(sheet) {
  const taken = [];
  const reserve = (x, y, half, high, lift = 0) => {
    const [left, top] = sheet.toScreen(x, y);
    taken.push([left - half, top - high - lift, left + half, top + high - lift]);
  };
  if (view.on.centres) for (const one of DATA.centres) reserve(one.x, one.y, 13, 13);
  if (view.on.proposals) for (const one of DATA.proposals) reserve(one.x, one.y, 16, 18, 15);
  if (drawsGaps()) for (const at of pillPlaces) if (at) reserve(at.x, at.y, 48, 12);
  return taken;
}

function labelCentres({ sheet, taken, free, write }) {
  const size = sheet.zoom < 14.5 ? 12 : 13.5;
  sheet.pen.font = `600 ${size}px ${CHINESE_FONT()}`;
  for (const centre of DATA.centres) {
    if (!showsCentre(centre)) continue;
    const text = shortName(centre.name);
    const [x, y] = sheet.toScreen(centre.x, centre.y);
    const wide = sheet.pen.measureText(text).width;
    for (const [dx, dy] of [[16, 0], [-16 - wide, 0], [-wide / 2, 22], [-wide / 2, -22]]) {
      const box = [x + dx - 2, y + dy - size * 0.62, x + dx + wide + 2, y + dy + size * 0.62];
      if (!free(box)) continue;
      taken.push(box);
      write(text, x + dx, y + dy + 0.5, inService(centre) ? "#17242D" : "#64717B");
      break;
    }
  }
}

function labelAreas({ sheet, taken, free, write }) {
  const { pen } = sheet;
  pen.textAlign = "center";
  for (const [index, area] of DATA.areas.items.entries()) {
    const [x, y] = sheet.toScreen(area.x, area.y);
    const text = shortName(area.name);
    pen.font = `500 12px ${CHINESE_FONT()}`;
    const half = Math.max(pen.measureText(text).width, 34) / 2 + 2;
    const box = [x - half, y - 16, x + half, y + 16];
    if (!free(box)) continue;
    taken.push(box);
    write(text, x, y - 7, "#2B3A45");
    pen.font = `700 12.5px ${CHINESE_FONT()}`;
    write(formatAreaValue(areaValue(area, index)), x, y + 8, "#17242D");
  }
  pen.textAlign = "left";
}

function labelStreets({ sheet, taken, free, write }) {
  const { pen, zoom } = sheet;
  pen.font = `500 ${zoom < 15 ? 10.5 : 12}px ${LATIN_FONT()}`;
  pen.textAlign = "center";
  for (const [text, x0, y0, x1, y1, weight] of DATA.labels) {
    if (zoom < STREET_LABEL_ZOOM[weight]) continue;
    const [ax, ay] = sheet.toScreen(x0, y0);
    const [bx, by] = sheet.toScreen(x1, y1);
    const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
    if (x < -50 || y < -50 || x > sheet.size.x + 50 || y > sheet.size.y + 50) continue;
    const wide = pen.measureText(text).width;
    if (wide > Math.hypot(bx - ax, by - ay) * 1.12) continue;
    const turn = Math.atan2(by - ay, bx - ax);
    const halfX = (Math.abs(Math.cos(turn)) * wide) / 2 + 6;
    const halfY = (Math.abs(Math.sin(turn)) * wide) / 2 + 6;
    const box = [x - halfX, y - halfY, x + halfX, y + halfY];
    if (!free(box)) continue;
    taken.push(box);
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    write(text, 0, 0.5, "#68757F", 3);
    pen.restore();
  }
  pen.textAlign = "left";
}
