// A heat map as a table of buttons. Everything is drawn from texts; a click is sent to Python.

export default function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heat");
  const focused = root.getRootNode().activeElement?.dataset?.code;
  const table = make("table", { "aria-label": data.label });
  table.append(head(data.heads));
  for (const row of data.rows) table.append(rowOf(row, setTriggerValue));
  const scroll = make("div", { class: "scroll" });
  scroll.append(table);
  root.replaceChildren(scroll);
  if (focused) root.querySelector(`[data-code="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  // what stands below is shown from now on (style.css)
  root.getRootNode().host?.closest("[data-testid=stElementContainer]").setAttribute("data-drawn", "");
}

function head(names) {
  const row = make("tr");
  for (const name of names) row.append(make("th", { scope: "col" }, name));
  return row;
}

function rowOf({ name, cells }, send) {
  const row = make("tr");
  row.append(make("th", { scope: "row" }, name));
  for (const cell of cells) {
    const place = make("td");
    if (cell) place.append(buttonOf(cell, send));
    row.append(place);
  }
  return row;
}

function buttonOf(cell, send) {
  const button = make(
    "button",
    {
      type: "button",
      "data-code": cell.code,
      "aria-pressed": String(cell.pressed),
      "aria-label": cell.words,
      title: cell.words,
      style: `background: ${cell.ground}; color: ${cell.ink}`,
    },
    cell.text,
  );
  button.onclick = () => send("choose", cell.code);
  return button;
}

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, given] of Object.entries(attributes)) element.setAttribute(name, given);
  element.textContent = text;
  return element;
}
