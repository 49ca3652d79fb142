// A table of one page of rows. Everything is drawn from texts, never from HTML; what the reader does is sent to Python.

const CARD_CELLS = 7; // a card on a phone shows the first ones
const MOVE_MS = 150; // keys that move the mark quickly open the last row only
const TWO_SHEETS = "M4 4V1.5h6.5V8H8M1.5 4H8v6.5H1.5z";
const CHECK = "M1.5 6.5l3 3 6-7";
const tables = new WeakMap();

export default function draw({ data, parentElement, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector(".table");
  const drawn = tables.get(root) ?? { root, hidden: hiddenColumns(data), unconfirmed: [], lastTick: 0 };
  tables.set(root, drawn);
  drawn.data = data;
  drawn.send = setTriggerValue;
  drawn.keep = setStateValue;
  drawn.lastTick = Math.max(drawn.lastTick, data.lastTick);
  drawn.unconfirmed = drawn.unconfirmed.filter((change) => change.number > data.lastTick);
  redraw(drawn);
  // what stands below is shown from now on (style.css)
  root.getRootNode().host?.closest("[data-testid=stElementContainer]").setAttribute("data-drawn", "");
}

function redraw(drawn) {
  const { root, data } = drawn;
  const before = root.querySelector(".scroll");
  const place = before && { left: before.scrollLeft, top: before.scrollTop, at: before.dataset.page };
  const focused = root.getRootNode().activeElement?.closest("[data-focus]")?.dataset.focus;
  const scroll = make("div", { class: "scroll", "data-page": pageName(data) });
  scroll.append(tableOf(drawn));
  root.replaceChildren(...[sortChoice(drawn), scroll, foot(drawn)].filter(Boolean));
  if (data.ticked) showTicks(drawn);
  if (place) {
    scroll.scrollLeft = place.left;
    if (place.at === pageName(data)) scroll.scrollTop = place.top;
  }
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const pageName = ({ pager, sort }) => JSON.stringify([pager.number, pager.size, sort]);

function tableOf(drawn) {
  const { data } = drawn;
  const table = make("table", { "aria-label": data.label });
  table.append(head(drawn), body(drawn));
  if (data.sums) table.append(sums(drawn));
  return table;
}

// -- head ------------------------------------------------------------------------------------------------------------

function head(drawn) {
  const { data } = drawn;
  const row = make("tr");
  if (data.ticked) row.append(tickAll(drawn));
  for (const [at, column] of shown(drawn).entries()) {
    const cell = make("th", { scope: "col", class: column.align + (at ? "" : " pinned") });
    if (column.help) cell.title = column.help;
    if (!column.sort) cell.textContent = column.label;
    else cell.append(sortButton(drawn, column, cell));
    row.append(cell);
  }
  const group = make("thead");
  group.append(row);
  return group;
}

function sortButton({ data, send }, column, cell) {
  if (data.sort?.by === column.sort) cell.setAttribute("aria-sort", data.sort.descending ? "descending" : "ascending");
  const button = make("button", { type: "button", class: "sort", "data-focus": `sort-${column.name}` }, column.label);
  button.onclick = () => send("sort", column.sort);
  return button;
}

function sortChoice({ data, send, root }) {
  const columns = data.columns.filter((column) => column.sort);
  if (!columns.length) return null;
  const label = make("label", { class: "sort-choice" }, data.texts.sort);
  const select = make("select", { "data-focus": "sort-choice" });
  if (!columns.some((column) => column.sort === data.sort?.by)) select.append(make("option", { value: "" }, "-"));
  for (const column of columns) {
    const option = make("option", { value: column.sort }, column.label);
    option.selected = data.sort?.by === column.sort;
    select.append(option);
  }
  select.onchange = () => select.value && send("sort", select.value);
  label.append(select);
  if (data.sort && !data.sort.oneWay) {
    const way = data.sort.descending ? data.texts.descending : data.texts.ascending;
    const turn = make("button", { type: "button", "aria-label": way }, data.sort.descending ? "↓" : "↑");
    turn.onclick = () => send("sort", data.sort.by);
    label.append(turn);
  }
  return label;
}

// -- rows ------------------------------------------------------------------------------------------------------------

function body(drawn) {
  const group = make("tbody");
  const { rows, opened } = drawn.data;
  const reached = Math.max(rows.findIndex((row) => row.key === opened), 0); // the one row that Tab comes to
  rows.forEach((row, at) => group.append(rowOf(drawn, row, at === reached)));
  group.onkeydown = (event) => moved(drawn, event);
  return group;
}

function rowOf(drawn, row, isReached) {
  const { data } = drawn;
  const element = make("tr", { "data-key": row.key, "data-focus": `row-${row.key}`, tabindex: isReached ? 0 : -1 });
  if (data.opens) {
    element.className = "opens";
    element.setAttribute("aria-selected", String(row.key === data.opened));
    element.onclick = (event) => {
      if (!event.target.closest("a, button, input")) open(drawn, element);
    };
  }
  if (data.ticked) element.append(tick(drawn, row));
  shown(drawn).forEach((column, at) => element.append(cellOf(drawn, row.cells[column.at], column, at)));
  return element;
}

function cellOf(drawn, given, column, at) {
  const cell = typeof given === "string" ? { text: given } : given;
  const classes = [column.align, column.kind, at ? "" : "pinned", cell.alarm ? "alarm" : "", cell.copy ? "copies" : "", at < CARD_CELLS ? "" : "late"];
  const element = make(at ? "td" : "th", { class: classes.filter(Boolean).join(" "), "data-label": column.label });
  if (!at) element.scope = "row";
  element.append(value(cell, column));
  if (cell.copy) element.append(copyButton(drawn, cell.copy));
  if (cell.below) element.append(make("span", { class: "below" }, cell.below));
  if (cell.bar !== undefined) element.append(make("span", { class: "bar", style: `--share: ${cell.bar * 100}%` }));
  return element;
}

function value(cell, column) {
  if (cell.image) {
    return make("img", { src: cell.image, alt: cell.text, title: cell.text });
  }
  if (cell.days) return strip(cell, column);
  if (!cell.href) {
    return make("span", { class: "value", ...(cell.text.length > 40 ? { title: cell.text } : {}) }, cell.text);
  }
  const isOurs = cell.href.startsWith("/"); // opens in this tab, so that Back leads here again
  const place = isOurs ? { target: "_self" } : { target: "_blank", rel: "noopener noreferrer" };
  return make("a", { class: "value", href: cell.href, ...place }, cell.text);
}

function strip(cell, column) {
  const days = make("span", { class: "days", role: "img", "aria-label": `${column.label}: ${cell.text}` });
  for (const day of cell.days) days.append(make("i", { class: day === null ? "later" : day ? "on" : "off" }));
  return days;
}

function copyButton({ data }, text) {
  const label = data.texts.copy.replace("{text}", text);
  const button = make("button", { type: "button", class: "copy", title: label, "aria-label": label });
  button.append(icon(TWO_SHEETS));
  button.onclick = async () => {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon(CHECK));
    button.setAttribute("aria-label", data.texts.copied);
  };
  return button;
}

function sums(drawn) {
  const { data } = drawn;
  const row = make("tr");
  if (data.ticked) row.append(make("td"));
  shown(drawn).forEach((column, at) => {
    const text = data.sums[column.name] || (at ? "" : data.texts.sum);
    const classes = column.align + (at ? "" : " pinned");
    row.append(make(at ? "td" : "th", { class: classes, ...(text ? { "data-label": column.label } : {}) }, text));
  });
  const group = make("tfoot");
  group.append(row);
  return group;
}

// -- the mark and the ticks --------------------------------------------------------------------------------------------

function open(drawn, row) {
  for (const other of row.parentElement.children) {
    other.setAttribute("aria-selected", String(other === row));
    other.tabIndex = other === row ? 0 : -1;
  }
  row.focus({ preventScroll: true });
  clearTimeout(drawn.opening);
  drawn.opening = setTimeout(() => drawn.send("open", row.dataset.key), MOVE_MS);
}

function moved(drawn, event) {
  const row = event.target.closest("tr");
  const isRow = event.target === row;
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (next) {
    event.preventDefault();
    next.scrollIntoView({ block: "nearest" });
    if (drawn.data.opens) open(drawn, next);
    else {
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  } else if (event.key === "Enter" && isRow) {
    if (drawn.data.opens) open(drawn, row);
    else row.querySelector("a")?.click();
  } else if (event.key === " " && isRow && drawn.data.ticked) {
    event.preventDefault();
    row.querySelector("input").click();
  }
}

// A trigger replaces an earlier one that has not run yet. Ticks that follow each other quickly must all arrive: they are
// sent as a state, with every change that Python has not confirmed.
function change(drawn, keys, on) {
  drawn.lastTick += 1;
  drawn.unconfirmed.push({ number: drawn.lastTick, keys, on });
  drawn.keep("ticks", [...drawn.unconfirmed]);
  showTicks(drawn);
}

function showTicks(drawn) {
  const { root, data } = drawn;
  for (const row of root.querySelectorAll("tbody tr")) row.querySelector("input").checked = isTicked(drawn, row.dataset.key);
  const ticked = data.rows.filter((row) => isTicked(drawn, row.key)).length;
  const all = root.querySelector("thead input");
  all.checked = ticked > 0 && ticked === data.rows.length;
  all.indeterminate = ticked > 0 && ticked < data.rows.length;
}

function isTicked({ data, unconfirmed }, key) {
  const last = unconfirmed.findLast((change) => change.keys.includes(key));
  return last ? last.on : data.ticked.includes(key);
}

function tick(drawn, row) {
  const name = typeof row.cells[0] === "string" ? row.cells[0] : row.cells[0].text;
  const label = drawn.data.texts.tick.replace("{text}", name);
  const box = make("input", { type: "checkbox", "aria-label": label, "data-focus": `tick-${row.key}` });
  box.onchange = () => change(drawn, [row.key], box.checked);
  const cell = make("td", { class: "tick" });
  cell.append(box);
  return cell;
}

function tickAll(drawn) {
  const box = make("input", { type: "checkbox", "aria-label": drawn.data.texts.tickAll, "data-focus": "tick-all" });
  box.onchange = () => change(drawn, drawn.data.rows.map((row) => row.key), box.checked);
  const cell = make("th", { scope: "col", class: "tick" });
  cell.append(box);
  return cell;
}

// -- foot: count, pages, size, columns -----------------------------------------------------------------------------------

function foot(drawn) {
  const { pager, texts } = drawn.data;
  const line = make("div", { class: "foot" });
  line.append(make("span", { class: "count", role: "status" }, pager.text));
  if (drawn.data.columns.some((column) => column.extra)) line.append(columnChoice(drawn));
  if (pager.sizes.length) line.append(sizeChoice(drawn));
  if (pager.last > 1) {
    line.append(pageButton(drawn, pager.number - 1, "‹", texts.previous));
    for (const number of numbers(pager)) line.append(pageButton(drawn, number, String(number)));
    line.append(pageButton(drawn, pager.number + 1, "›", texts.next));
  }
  return line;
}

function numbers({ number, last }) {
  const near = [1, number - 1, number, number + 1, last];
  return [...new Set(near.filter((each) => each >= 1 && each <= last))];
}

function pageButton({ data, send }, number, text, label) {
  const { pager, texts } = data;
  const name = label ?? texts.page.replace("{number}", text);
  const button = make("button", { type: "button", "aria-label": name, "data-focus": `page-${label ?? number}` }, text);
  button.disabled = number < 1 || number > pager.last;
  if (!label && number === pager.number) button.setAttribute("aria-current", "page");
  button.onclick = () => send("turn", number);
  return button;
}

function sizeChoice({ data, send }) {
  const { pager, texts } = data;
  const select = make("select", { "aria-label": texts.rows, title: texts.rows, "data-focus": "size" });
  for (const size of pager.sizes) {
    const option = make("option", { value: size }, String(size));
    option.selected = size === pager.size;
    select.append(option);
  }
  select.onchange = () => {
    document.cookie = `${pager.cookie}=${select.value}; path=/; max-age=31536000; samesite=lax`;
    send("resize", Number(select.value));
  };
  return select;
}

function columnChoice(drawn) {
  const { data } = drawn;
  const menu = make("details", { class: "columns" });
  menu.open = drawn.choosing ?? false;
  menu.ontoggle = () => (drawn.choosing = menu.open);
  const list = make("div");
  for (const column of data.columns.slice(1)) {
    const label = make("label");
    const box = make("input", { type: "checkbox" });
    box.checked = !drawn.hidden.has(column.name);
    box.onchange = () => {
      if (box.checked) drawn.hidden.delete(column.name);
      else drawn.hidden.add(column.name);
      localStorage.setItem(storageName(data), JSON.stringify([...drawn.hidden]));
      redraw(drawn);
    };
    label.append(box, ` ${column.label}`);
    list.append(label);
  }
  menu.append(make("summary", {}, data.texts.columns), list);
  return menu;
}

const storageName = (data) => `komship-columns-${data.key}`;

function hiddenColumns(data) {
  const kept = localStorage.getItem(storageName(data));
  return new Set(kept ? JSON.parse(kept) : data.columns.filter((column) => column.extra).map((column) => column.name));
}

function shown({ data, hidden }) {
  const numbered = data.columns.map((column, at) => ({ ...column, at }));
  return numbered.filter((column) => column.at === 0 || !hidden.has(column.name));
}

// ------------------------------------------------------------------------------------------------------------------------

function icon(path) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 12 12");
  picture.setAttribute("aria-hidden", "true");
  picture.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  picture.firstChild.setAttribute("d", path);
  return picture;
}

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, given] of Object.entries(attributes)) element.setAttribute(name, given);
  element.textContent = text;
  return element;
}
