// Draws what Python sends (see grids.py): cells, numbers, outlines. No mathematics of a lesson here.

const NARROW = 800; // a page on which grids need a second line: their box is taller there
const GAP = 34, SIGN = 30, TITLE = 26, LINE = 18, PAD = 10, CELL = 44, FONT = "system-ui, sans-serif";

const STYLE = `
.course-grid { color: var(--jp-ui-font-color1, inherit); font-family: ${FONT}; padding: 4px 0; }
.course-grid canvas { display: block; border-radius: 6px; outline: none; max-width: 100%; touch-action: pan-y; }
.course-grid canvas:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
.course-grid p { margin: 2px ${PAD}px; font-size: 15px; line-height: 1.45; min-height: 1.45em; }
.course-explorer .course-grid.narrow p.caption { min-height: 2.9em; }
.course-grid p.help { font-size: 12px; min-height: 0; color: var(--jp-ui-font-color2, inherit); }
.course-grid .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }`;

// The same rule as style.format_number.
export function format(v) {
  if (typeof v === "string") return v;
  const a = Math.abs(v), sign = v < 0 ? "−" : "";
  if (a !== 0 && (a < 0.01 || a >= 1e5))
    return sign + a.toExponential(0).replace("e+", "e").replace("e-", "e−");
  const text = a.toFixed(a < 10 ? 2 : a < 100 ? 1 : 0);
  return sign + (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

const fromRuns = (runs) => {
  const cells = new Set();
  for (let i = 0; i < runs.length; i += 2)
    for (let k = 0; k < runs[i + 1]; k++) cells.add(runs[i] + k);
  return cells;
};

const luminance = (rgb) =>
  rgb.reduce((sum, c, i) => {
    c /= 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);

function heat(stops, v, limit) {
  const value = typeof v === "string" ? (v.startsWith("−") ? -1 : 1) : v / limit;
  const x = ((Math.max(-1, Math.min(1, value)) + 1) / 2) * (stops.length - 1);
  const i = Math.min(Math.floor(x), stops.length - 2);
  return stops[i].map((c, k) => Math.round(c + (x - i) * (stops[i + 1][k] - c)));
}

// The lines of a heading that is wider than the room; a single word that is stays whole.
function wrap(title, room, measure) {
  const lines = [];
  for (const word of title.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measure(longer, 14, "bold") <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// The bounds of an editable grid, in words.
const between = ([low, high]) => `from ${format(low)} to ${format(high)}`;

// Cell sizes and places for a width: one line if cells stay readable, else several. Within a height,
// where one is given, as far as cells can shrink.
export function place(grids, width, measure, tallest = Infinity) {
  const big = Math.max(1, ...grids.map((g) => Math.max(...g.shape)).filter((n) => n > 8));
  const headings = grids.map((g) => wrap(g.title, width - 2 * PAD - (g.sign ? SIGN : 0), measure));
  const attempt = (small, budget) => {
    const items = grids.map((g, index) => {
      const cell = Math.max(...g.shape) > 8 ? Math.min(small, Math.floor(budget / big)) : small;
      const left = g.rows.length ? Math.max(...g.rows.map((r) => measure(r, 12))) + 8 : 0;
      const top = TITLE + LINE * (headings[index].length - 1) + (g.columns.length ? 18 : 0);
      const [w, h] = [g.shape[1] * cell, g.shape[0] * cell];
      const box = Math.max(left + w, ...headings[index].map((line) => measure(line, 14, "bold")));
      return { heading: headings[index], cell, left, top, w, h, box, gap: g.sign ? GAP + SIGN : GAP };
    });
    // What an item needs: with it, as far as signs join them, those that follow.
    const needed = (i) => {
      let room = items[i].gap + items[i].box;
      if (!grids[i].sign)
        for (let j = i + 1; grids[j]?.sign; j++) room += items[j].gap + items[j].box;
      return room;
    };
    const lines = [];
    let x = Infinity;
    items.forEach((item, i) => {
      if (x + needed(i) > width - PAD) {
        lines.push([]);
        x = PAD + (grids[i].sign ? SIGN : 0) - item.gap;
      }
      item.x = x + item.gap;
      x = item.x + item.box;
      lines.at(-1).push(item);
    });
    let y = PAD / 2;
    for (const line of lines) {
      const top = Math.max(...line.map((i) => i.top)), tall = Math.max(...line.map((i) => i.h));
      for (const item of line) {
        item.mid = y + top + tall / 2;
        item.y = Math.round(item.mid - item.h / 2);
        item.x = Math.round(item.x) + item.left;
      }
      y += top + tall + PAD;
    }
    const printed = items.every((i) => i.cell >= 24); // large enough for digits: see drawGrid
    const fits = items.every((i) => i.x + i.w <= width - PAD / 2);
    return { items, height: y, fits, printed, lines: lines.length };
  };
  const room = Math.min(420, width - 2 * PAD - SIGN - 30); // of the largest grid, on lines of their own
  const tries = [], budgets = [420, 380, 340, 300];
  if (tallest < Infinity) budgets.push(tallest - TITLE - 1.5 * PAD); // all that one line has
  for (let small = CELL; small >= 36; small -= 2)
    for (const budget of budgets) tries.push(attempt(small, budget));
  const ones = tries.filter((t) => t.fits && t.lines === 1 && t.height <= tallest);
  const one = ones.find((t) => t.printed) ?? ones[0];
  if (one) return one;
  const wraps = []; // in a box large cells give way first: a few small ones lose their numbers last
  if (tallest < Infinity)
    for (let small = CELL; small >= 30; small -= 2)
      for (let share = 1; share > 0.4; share -= 0.05)
        wraps.push(attempt(small, room * share));
  const several = wraps.filter((t) => t.fits && t.height <= tallest);
  if (several.length) return several.find((t) => t.printed) ?? several[0];
  for (let small = CELL; small >= 4; small -= 2) {
    const wrapped = attempt(small, room * Math.min(1, small / 30));
    if (wrapped.fits && wrapped.height <= tallest) return wrapped;
  }
  return attempt(4, 100);
}

function render({ model, el }) {
  const root = el.appendChild(document.createElement("div"));
  root.className = "course-grid";
  root.setAttribute("data-lm-suppress-shortcuts", "true"); // the arrows are ours while in focus
  // The keys are ours in an application; Orca is silent where the application itself has the focus.
  root.innerHTML = `<style>${STYLE}</style><div role="application"><canvas tabindex="0" role="img"></canvas></div>
    <p class="caption" aria-live="polite"></p><p class="help"></p><p class="unseen" aria-live="polite"></p>`;
  const [canvas, caption, help, spoken] = root.querySelectorAll("canvas, p");
  const context = canvas.getContext("2d");
  let data, now, at, layout, width = 0, frame = 0, waiting = false;
  let local = null, sent = 0, cursor = null, drag = null;

  const measure = (text, size, weight = "") => {
    context.font = `${weight} ${size}px ${FONT}`;
    return context.measureText(text).width;
  };
  const last = () => data.steps.length - 1;
  const stepNow = () => Math.max(0, Math.min(model.get("step"), last()));
  const soon = () => { // at once, then at most once a frame
    waiting = frame !== 0;
    if (waiting) return;
    frame = requestAnimationFrame(() => { frame = 0; if (waiting) soon(); });
    draw();
  };
  const goTo = (step) => {
    model.set("step", Math.max(0, Math.min(step, last())));
    model.save_changes();
  };

  function receive() {
    data = model.get("data");
    if (local && data.edits >= local.n) local = null; // Python has answered the newest edit
    data.grids.forEach((g) => { g.hatched = fromRuns(g.greyed); });
    const bounds = new Set(data.grids.filter((g) => g.edit).map((g) => between(g.edit)));
    help.textContent = bounds.size
      ? `Drag a framed cell up or down to change it (${[...bounds].join("; ")}); or choose it with the arrow keys and press + or −.`
      : "";
    canvas.setAttribute("aria-label", model.get("alt"));
    canvas.setAttribute("aria-description", help.textContent || (last() ? "Arrow left, arrow right: step by step" : ""));
    at = -1;
    layout = null;
    soon();
  }

  function play() {
    const target = stepNow();
    if (at < 0 || target < at) {
      now = data.grids.map((g) => g.values.slice());
      at = -1;
    }
    for (; at < target; at++)
      for (const [g, changes] of data.steps[at + 1].changes)
        for (let i = 0; i < changes.length; i += 2) now[g][changes[i]] = changes[i + 1];
  }

  function draw() {
    if (!data || width < 40) return;
    if (!layout) {
      const narrow = width < NARROW, box = model.get("height") * (narrow ? 1.4 : 1);
      root.classList.toggle("narrow", narrow);
      layout = place(data.grids, width, measure, box || Infinity);
      layout.height = Math.max(box, layout.height); // what lies below does not move
    }
    play();
    const ratio = window.devicePixelRatio || 1, step = data.steps[stepNow()];
    const [w, h] = [Math.round(width * ratio), Math.round(layout.height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      [canvas.width, canvas.height] = [w, h];
      canvas.style.width = `${width}px`;
      canvas.style.height = `${layout.height}px`;
    }
    const ink = getComputedStyle(root).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    const dark = luminance(ink) > 0.4;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, layout.height);
    data.grids.forEach((g, i) => drawGrid(g, layout.items[i], i, dark));
    for (const [i, role, runs] of step.marks)
      outline(data.grids[i], layout.items[i], fromRuns(runs), data.roles[role], dark);
    if (cursor && document.activeElement === canvas) drawCursor(dark);
    if (caption.textContent !== step.caption) caption.textContent = step.caption;
  }

  function drawGrid(g, item, index, dark) {
    const { x, y, cell, w, h } = item, [rows, columns] = g.shape;
    const soft = dark ? "#aab2bc" : "#5c646e", colour = data.roles[g.role][dark ? 1 : 0];
    const values = now[index], mine = local?.values[g.name];
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.fillStyle = colour;
    context.font = `bold 14px ${FONT}`;
    item.heading.forEach((text, i) => context.fillText(text, x - item.left, y - item.top + TITLE / 2 + LINE * i));
    if (g.sign) {
      context.fillStyle = soft;
      context.font = `22px ${FONT}`;
      context.textAlign = "center";
      context.fillText(g.sign, x - item.left - (GAP + SIGN) / 2 + 8, item.mid);
    }
    const texts = cell < 22 ? [] : (mine ?? values).map((v) => (v === null ? "" : format(v)));
    let size = Math.min(15, cell * 0.42);
    const longest = Math.max(0, ...texts.map((t) => measure(t, size)));
    if (longest > cell - 6) size *= (cell - 6) / longest;
    const printed = texts.length && size >= 10; // smaller digits can't be read
    for (let k = 0; k < values.length; k++) {
      const [cx, cy] = [x + (k % columns) * cell, y + Math.floor(k / columns) * cell];
      const v = mine ? mine[k] : values[k];
      const rgb = v === null ? null : heat(data.heat, v, g.limit);
      context.fillStyle = rgb ? `rgb(${rgb})` : dark ? "rgba(255,255,255,.06)" : "rgba(0,0,0,.035)";
      context.fillRect(cx, cy, cell, cell);
      if (g.hatched.has(k)) hatch(cx, cy, cell, rgb);
      if (!printed || !rgb) continue;
      const bright = luminance(rgb);
      context.fillStyle = g.hatched.has(k) ? "#3d444c" : bright > 0.179 ? "#111" : "#fff";
      context.font = `${size}px ${FONT}`;
      context.textAlign = "center";
      context.fillText(texts[k], cx + cell / 2, cy + cell / 2 + 0.5);
    }
    if (cell >= 7) {
      context.strokeStyle = dark ? "#6d747d" : "#c3c8cf";
      context.lineWidth = 1;
      context.beginPath();
      for (let r = 0; r <= rows; r++) { context.moveTo(x, y + r * cell); context.lineTo(x + w, y + r * cell); }
      for (let c = 0; c <= columns; c++) { context.moveTo(x + c * cell, y); context.lineTo(x + c * cell, y + h); }
      context.stroke();
    }
    if (g.edit) { // a frame and a grip say that these cells can be changed
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, w + 2, h + 2);
      if (cell >= 22)
        for (let k = 0; k < values.length; k++) {
          const [gx, gy] = [x + (k % columns) * cell + cell - 6, y + Math.floor(k / columns) * cell + 7];
          context.fillStyle = luminance(heat(data.heat, (mine ?? values)[k] ?? 0, g.limit)) > 0.179 ? "#3d444c" : "#fff";
          for (const s of [-1, 1]) {
            context.beginPath();
            context.moveTo(gx - 3, gy + s);
            context.lineTo(gx + 3, gy + s);
            context.lineTo(gx, gy + s * 5);
            context.fill();
          }
        }
    }
    context.fillStyle = soft;
    context.font = `12px ${FONT}`;
    context.textAlign = "right";
    g.rows.forEach((r, i) => cell >= 12 && context.fillText(r, x - 6, y + (i + 0.5) * cell));
    context.textAlign = "center";
    g.columns.forEach((c, i) => measure(c, 12) <= cell && context.fillText(c, x + (i + 0.5) * cell, y - 9));
  }

  function hatch(x, y, cell, rgb) {
    context.save();
    context.beginPath();
    context.rect(x, y, cell, cell);
    context.clip();
    context.fillStyle = rgb ? "#d5d9de" : "rgba(128,128,128,.35)";
    context.fillRect(x, y, cell, cell);
    context.strokeStyle = "#9aa1aa";
    context.lineWidth = 1.2;
    context.beginPath();
    for (let d = -cell; d < cell; d += 7) { context.moveTo(x + d, y + cell); context.lineTo(x + d + cell, y); }
    context.stroke();
    context.restore();
  }

  function outline(g, { x, y, cell }, cells, [light, bright, dash], dark) {
    const columns = g.shape[1], path = new Path2D();
    const inside = (r, c) => r >= 0 && c >= 0 && c < columns && cells.has(r * columns + c);
    let apart = cell < 22; // small cells that lie apart: the dashes round each would be four crumbs
    for (const k of cells) {
      const [r, c] = [Math.floor(k / columns), k % columns], [cx, cy] = [x + c * cell, y + r * cell];
      if (inside(r, c + 1) || inside(r + 1, c)) apart = false;
      const edge = (x1, y1, x2, y2) => { path.moveTo(x1, y1); path.lineTo(x2, y2); };
      if (!inside(r - 1, c)) edge(cx, cy, cx + cell, cy);
      if (!inside(r + 1, c)) edge(cx, cy + cell, cx + cell, cy + cell);
      if (!inside(r, c - 1)) edge(cx, cy, cx, cy + cell);
      if (!inside(r, c + 1)) edge(cx + cell, cy, cx + cell, cy + cell);
    }
    const thick = cell >= 22 ? 3.5 : 2;
    context.lineCap = "square";
    context.strokeStyle = dark ? "#15181c" : "#fff";
    context.lineWidth = thick + (cell >= 22 ? 2.5 : 1.5);
    context.setLineDash([]);
    context.stroke(path);
    context.lineCap = "butt";
    context.strokeStyle = dark ? bright : light;
    context.lineWidth = thick;
    if (!dash.length) context.lineCap = "square";
    context.setLineDash(apart ? [] : dash.map((d) => d * 2));
    context.stroke(path);
    context.setLineDash([]);
    context.lineCap = "butt";
  }

  function drawCursor(dark) {
    const { x, y, cell } = layout.items[cursor.grid], columns = data.grids[cursor.grid].shape[1];
    const [cx, cy] = [x + (cursor.cell % columns) * cell, y + Math.floor(cursor.cell / columns) * cell];
    context.lineWidth = 5;
    context.strokeStyle = dark ? "#000" : "#fff";
    context.strokeRect(cx + 3, cy + 3, cell - 6, cell - 6);
    context.lineWidth = 2.5;
    context.strokeStyle = dark ? "#7cc7f5" : "#005f92";
    context.strokeRect(cx + 3, cy + 3, cell - 6, cell - 6);
  }

  function cellAt(event) {
    const box = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    for (let i = 0; layout && i < data.grids.length; i++) {
      const { x, y, cell, w, h } = layout.items[i];
      if (px >= x && px < x + w && py >= y && py < y + h)
        return { grid: i, cell: Math.floor((py - y) / cell) * data.grids[i].shape[1] + Math.floor((px - x) / cell) };
    }
    return null;
  }

  const valueAt = ({ grid, cell }) => local?.values[data.grids[grid].name]?.[cell] ?? data.grids[grid].values[cell] ?? 0;
  const stepOf = (hit) => data.steps.findIndex((s) => s.at && s.at[0] === hit.grid && s.at[1] === hit.cell);

  function change(hit, value) {
    const g = data.grids[hit.grid], [low, high, by] = g.edit;
    value = Math.max(low, Math.min(high, Number((Math.round(value / by) * by).toFixed(6))));
    // Counted from 0, as the captions count. A value at its bound says so: more presses do nothing.
    const end = value === low || value === high ? ` (${between(g.edit)})` : "";
    spoken.textContent = `${g.title}, row ${Math.floor(hit.cell / g.shape[1])}, column ${hit.cell % g.shape[1]}: ${format(value)}${end}`;
    if (value === valueAt(hit)) return;
    local ||= { values: {} };
    local.values[g.name] ||= g.values.slice();
    local.values[g.name][hit.cell] = value;
    local.n = sent = Math.max(sent, data.edits) + 1;
    // The whole matrix, not the change: the newest message alone is enough when some are merged.
    model.set("edited", { n: local.n, values: structuredClone(local.values) });
    model.save_changes();
    soon();
  }

  canvas.addEventListener("pointerdown", (event) => {
    const hit = cellAt(event);
    if (!hit) return;
    if (data.grids[hit.grid].edit) {
      drag = { hit, y: event.clientY, value: valueAt(hit) };
      cursor = hit;
      canvas.setPointerCapture(event.pointerId);
      soon();
    }
    if (stepOf(hit) >= 0) goTo(stepOf(hit));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag) {
      const by = data.grids[drag.hit.grid].edit[2];
      change(drag.hit, drag.value + Math.round((drag.y - event.clientY) / 8) * by);
      return;
    }
    const hit = cellAt(event);
    const editable = hit && data.grids[hit.grid].edit;
    canvas.style.cursor = editable ? "ns-resize" : hit && stepOf(hit) >= 0 ? "pointer" : "default";
    canvas.style.touchAction = editable ? "none" : "pan-y";
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drag = null; });

  function moveCursor(dx, dy) {
    const grids = data.grids.map((g, i) => i).filter((i) => data.grids[i].edit);
    if (!cursor || !data.grids[cursor.grid]?.edit || cursor.cell >= data.grids[cursor.grid].values.length)
      cursor = { grid: grids[0], cell: 0 };
    else {
      const [rows, columns] = data.grids[cursor.grid].shape;
      const [r, c] = [Math.floor(cursor.cell / columns) + dy, (cursor.cell % columns) + dx];
      const next = grids[grids.indexOf(cursor.grid) + Math.sign(dx)];
      if (r >= 0 && r < rows && c >= 0 && c < columns) cursor = { grid: cursor.grid, cell: r * columns + c };
      else if (dx && next !== undefined) cursor = { grid: next, cell: 0 };
    }
    spoken.textContent = "";
    change(cursor, valueAt(cursor));
    soon();
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const editable = data.grids.some((g) => g.edit), step = stepNow();
    const steps = { Home: 0, End: last(), PageUp: step - 1, PageDown: step + 1 };
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const sign = { "+": 1, "=": 1, "-": -1, "−": -1 }[event.key];
    if (event.key in steps) goTo(steps[event.key]);
    else if (editable && event.key in arrows) moveCursor(...arrows[event.key]);
    else if (editable && sign) {
      if (!cursor) moveCursor(0, 0);
      change(cursor, valueAt(cursor) + sign * data.grids[cursor.grid].edit[2]);
    } else if (event.key === "ArrowLeft") goTo(step - 1);
    else if (event.key === "ArrowRight") goTo(step + 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const focus of ["focus", "blur"]) canvas.addEventListener(focus, soon);

  // The slider beside us goes to the end it had when it was made (noUiSlider keeps its first range).
  const toEnd = (event) => {
    if (event.key !== "End" || !el.previousElementSibling?.contains(event.target)) return;
    goTo(last());
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", toEnd, true);

  const resize = new ResizeObserver(() => {
    const wide = Math.floor(root.clientWidth);
    if (wide && wide !== width) { width = wide; layout = null; }
    soon();
  });
  resize.observe(root);
  const theme = new MutationObserver(() => { soon(); setTimeout(soon, 250); }); // its CSS may come later
  theme.observe(document.body, { attributes: true });
  const system = ["forced-colors: active", "prefers-color-scheme: dark"].map((one) => matchMedia(`(${one})`));
  system.forEach((one) => one.addEventListener("change", soon)); // forced colours follow the system
  model.on("change:data", receive);
  model.on("change:step", soon);
  receive();
  return () => {
    document.removeEventListener("keydown", toEnd, true);
    resize.disconnect();
    theme.disconnect();
    system.forEach((one) => one.removeEventListener("change", soon));
    model.off("change:data", receive);
    model.off("change:step", soon);
  };
}

export default { render };
