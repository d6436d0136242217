const live = JSON.parse(document.getElementById("live").textContent);
const element = id => document.getElementById(id);
const most_digits = 30;
const begin = live.dimensions.map(each => BigInt(each.begin));
let sizes = [...begin];

// --- sizes: a number field and a slider each ---

// A whole number as it may be typed: 1000, 10 000, 1e6, 2^20. Nothing if it is none.
function whole_number(typed) {
  const [, number, sign, times] = typed.replace(/[\s_,']/g, "").match(/^(\d{1,40})(?:([e^])(\d{1,3}))?$/i) ?? [];
  if (number === undefined) return null;
  const value = sign === undefined ? BigInt(number)
    : sign === "^" ? BigInt(number) ** BigInt(times) : BigInt(number) * 10n ** BigInt(times);
  return value >= 1n && value < 10n ** BigInt(most_digits) ? value : null;
}

// The stop of a slider for a size: the power of two that it has reached.
const stop = size => Number(bits(size) - 1n);

function show_size(place, typing = false) {
  const size = sizes[place], field = element(`size-${place}`), slider = element(`slider-${place}`);
  if (!typing) field.value = size.toString();
  field.setAttribute("aria-valuenow", size.toString());
  field.removeAttribute("aria-invalid");
  element(`wrong-${place}`).textContent = "";
  slider.value = stop(size);
  slider.setAttribute("aria-valuetext", size.toString());
}

function type_size(place) {
  const field = element(`size-${place}`), size = whole_number(field.value);
  if (size === null) {
    field.setAttribute("aria-invalid", "true");
    element(`wrong-${place}`).textContent = `A whole number from 1 on, of at most ${most_digits} digits; ${live.dimensions[place].name} stays ${sizes[place]}.`;
  } else {
    set_size(place, size, true);
  }
}

function set_size(place, size, typing = false) {
  sizes[place] = size;
  show_size(place, typing);
  update_soon();
}

function count_by_one(event, place) {
  const step = {ArrowUp: 1n, ArrowDown: -1n}[event.key];
  if (step === undefined) return;
  event.preventDefault();
  if (sizes[place] + step >= 1n && sizes[place] + step < 10n ** BigInt(most_digits)) set_size(place, sizes[place] + step);
}

// --- values ---

// The conditions of a network that do not hold at some sizes.
function broken(network, v) {
  return live.conditions[network].filter(each => {
    const smaller = formulas[each.smaller](v), larger = formulas[each.larger](v);
    return each.relation === "divides"
      ? smaller.p === 0n || multiply(larger, power(smaller, whole(-1n))).q !== 1n
      : order(smaller, larger) > 0;
  });
}

// Digits in threes; a line ends within a number only if it is a long one.
const grouped = digits => digits.replace(/\B(?=(\d{3})+$)/g, digits.length > 15 ? "\u2009" : "\u202f");

// A value in full, {exact}, and as it is read, {said}.
function spelled(x) {
  if (is_near(x)) return {exact: String(x.near), said: Number.isFinite(x.near) ? `≈\u202f${near_digits(x.near)}` : "not to be written down"};
  if (x.q === 1n) return {exact: String(x.p), said: (x.p < 0n ? "−" : "") + grouped(String(absolute(x).p))};
  return {exact: `${x.p}/${x.q}`, said: decimal(x)};
}

const near_digits = number => number.toPrecision(6).replace(/\.?0+(?=e|$)/, "").replace(/e\+?(-?)(\d+)/, "·10^$1$2");

// A fraction as a decimal number: as it is, if three places will do; otherwise rounded to them, or to four digits.
function decimal(x) {
  const thousandth = multiply(x, whole(1000n)), is_exact = thousandth.q === 1n;
  if (!is_exact && order(absolute(x), whole(1n)) < 0) return `≈\u202f${near_digits(Number(double(x).toPrecision(4)))}`;
  const rounded = floor(add(absolute(thousandth), ratio(1n, 2n))).p;
  const places = String(rounded % 1000n).padStart(3, "0").replace(/0+$/, "");
  const number = grouped(String(rounded / 1000n)) + (places && `.${places}`);
  return (is_exact ? "" : "≈\u202f") + (x.p < 0n ? "−" : "") + number;
}

function show_values() {
  const v = sizes.map(whole), missing = live.networks.map((_, network) => broken(network, v));
  for (const row of document.querySelectorAll(".convention:not([hidden]) tr[data-network]")) {
    const absent = missing[row.dataset.network].length > 0;
    row.classList.toggle("absent", absent);
    for (const cell of row.querySelectorAll("[data-formula]")) {
      const {exact, said} = absent ? {exact: "", said: "does not exist"} : spelled(formulas[cell.dataset.formula](v));
      cell.value = exact;
      cell.textContent = said;
    }
  }
  const told = missing.flatMap((conditions, network) => conditions.length === 0 ? []
    : [`${live.networks[network]} does not exist at these sizes: it takes sizes of which ${conditions.map(each => each.said).join(" and ")}.`]);
  if (element("missing").textContent !== told.join(" ")) element("missing").textContent = told.join(" ");
}

// --- the plot ---

let model = null; // of the figure by its name, once there is one

// Sizes at which curves are drawn: six to a doubling, the powers of two and the present size among them.
function places_along(place) {
  const slider = element(`slider-${place}`), found = new Set([sizes[place]]);
  const last = Math.max(Number(slider.max), Number(ceiling_log2(whole(sizes[place])).p));
  for (let sixth = 0; sixth <= 6 * last; sixth++) {
    const octave = BigInt(Math.floor(sixth / 6)), share = BigInt(Math.round(2 ** (sixth % 6 / 6) * 1024));
    found.add((share << octave) / 1024n);
  }
  return {found: [...found].sort((a, b) => a < b ? -1 : a > b ? 1 : 0), last};
}

// A point of a curve, if there is one on logarithmic axes.
function point(network, formula, v, place, size) {
  const there = v.map((each, other) => other === place ? whole(size) : each);
  if (broken(network, there).length) return null;
  const value = formulas[formula](there), y = double(value);
  return y > 0 && Number.isFinite(y) ? {x: double(whole(size)), y, size, cost: spelled(value).said} : null;
}

// Points as columns of a source: where they are, and what is said of them under the pointer.
const as_columns = (points, network, dimension) => ({
  x: points.map(each => each.x), y: points.map(each => each.y), network: points.map(() => network),
  size: points.map(each => `${dimension} = ${grouped(String(each.size))}`), cost: points.map(each => each.cost),
});

function draw() {
  const place = Number(element("along").value), quantity = Number(element("quantity").value), v = sizes.map(whole);
  const {found, last} = places_along(place), figures = live.figures[element("convention").value];
  const dimension = live.dimensions[place].name, undrawn = [], drawn = [];
  live.networks.forEach((name, network) => {
    const formula = figures[network][quantity];
    const at = size => formula === null ? null : point(network, formula, v, place, size);
    const points = found.map(at).filter(each => each !== null), here = at(sizes[place]);
    model(`curve ${network}`).data = as_columns(points, name, dimension);
    model(`mark ${network}`).data = as_columns(here ? [here] : [], name, dimension);
    drawn.push(...points.map(each => each.y));
    if (points.length === 0) undrawn.push(name);
  });
  const heading = live.quantities[quantity], along = live.dimensions[place];
  model("here").location = double(whole(sizes[place]));
  model("reach").setv({start: 2 ** -0.25, end: 2 ** (last + 0.25)});
  model("span").setv(drawn.length ? {start: Math.min(...drawn) / 1.5, end: Math.max(...drawn) * 1.5} : {start: 1, end: 10});
  model("along").axis_label = along.said;
  model("quantity").axis_label = heading;
  element("plot").setAttribute("aria-label", `${heading} along ${along.said}, on logarithmic axes; the numbers at the present size are in the table.`);
  element("undrawn").textContent = undrawn.length
    ? `Not drawn: ${undrawn.join(", ")}; what is zero or unknown, and networks that do not exist, have no place on logarithmic axes.` : "";
}

// The colours of the page, on what is a picture.
function paint() {
  const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(`--${name}`).trim();
  const [ink, faint, line] = ["ink", "faint", "line"].map(colour);
  for (const axis of [model("along"), model("quantity")]) {
    axis.setv({
      axis_label_text_color: ink, major_label_text_color: ink, axis_line_color: faint, major_tick_line_color: faint,
      minor_tick_line_color: line, axis_label_text_font_size: "14px", major_label_text_font_size: "12px",
      axis_label_text_font_style: "normal",
    });
  }
  for (const grid of model("plot").center.filter(each => each.type === "Grid")) grid.grid_line_color = line;
  model("here").line_color = faint;
  live.networks.forEach((_, network) => {
    const own = colour(`curve-${network % 8}`);
    model(`stroke ${network}`).glyph.line_color = own;
    model(`point ${network}`).glyph.setv({line_color: own, fill_color: own});
  });
}

async function begin_drawing() {
  await Bokeh.embed.embed_item(live.figure);
  const figure = Bokeh.documents.at(-1);
  model = name => figure.get_model_by_name(name);
  for (const scheme of ["(prefers-color-scheme: dark)", "print"]) matchMedia(scheme).addEventListener("change", paint);
  paint();
  draw();
}

// --- together ---

let is_due = false;

function update_soon() {
  if (is_due) return;
  is_due = true;
  requestAnimationFrame(update);
}

function update() {
  is_due = false;
  show_values();
  if (model !== null) draw();
}

function show_convention() {
  for (const each of document.querySelectorAll("[data-convention]")) each.hidden = each.dataset.convention !== element("convention").value;
  update_soon();
}

function reset() {
  sizes = [...begin];
  sizes.forEach((_, place) => show_size(place));
  show_convention();
}

live.dimensions.forEach((_, place) => {
  const field = element(`size-${place}`), slider = element(`slider-${place}`);
  field.addEventListener("input", () => type_size(place));
  field.addEventListener("change", () => { if (whole_number(field.value) !== null) show_size(place); });
  field.addEventListener("keydown", event => count_by_one(event, place));
  slider.addEventListener("input", () => set_size(place, 1n << BigInt(slider.value)));
});
element("convention").addEventListener("change", show_convention);
for (const id of ["quantity", "along"]) element(id)?.addEventListener("change", update_soon);
element("sizes").addEventListener("submit", event => event.preventDefault());
element("sizes").addEventListener("reset", () => setTimeout(reset));
element("sizes").reset();
if (live.dimensions.length) begin_drawing();
