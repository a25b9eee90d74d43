// A nested list of layers: select, move, duplicate, delete, add, copy and paste, by mouse and keyboard.
//
// Every operation gets a number and stays in a log until the server says, by `ack`, that it has applied it. The log
// travels as component state, and is replayed on each list that the server sends, so nothing done while a script
// runs is lost. Those about layers that are gone, as after another network was opened, change nothing.

const mounted = new WeakMap(); // what one mounted list keeps between updates

const COLUMNS = ["path", "kind", "params", "shape", "count", "share"];

export default function LayerList({ data, parentElement, setStateValue }) {
  const list = mounted.get(parentElement) ?? mount(parentElement);
  list.send = (log) => setStateValue("log", log);
  const before = list.selected.at(-1);
  receive(list, data);
  draw(list);
  if (list.selected.at(-1) !== before) bringIntoView(list); // as after a click in the drawing
}

function mount(parent) {
  const find = (selector) => parent.querySelector(selector);
  const list = {
    ul: find("ul.layers"), said: find(".said"), help: find("dialog.help"), grouper: find("select[name=group]"),
    buttons: [...parent.querySelectorAll(".toolbar button")], closed: new Set(), anchor: null, dragged: null,
    epoch: null, operations: [], number: 0, rows: [], selected: [], canUndo: false, canRedo: false,
  };
  mounted.set(parent, list);
  list.palette = mountPalette(find, (kind, colour) => add(list, kind, colour));
  list.ul.onkeydown = (event) => onKey(list, event);
  list.ul.oncopy = (event) => onCopy(list, event);
  list.ul.oncut = (event) => { if (onCopy(list, event)) COMMANDS.delete(list); };
  list.ul.onpaste = (event) => onPaste(list, event);
  list.grouper.onchange = () => { group(list, list.grouper.value); list.grouper.value = ""; };
  const onDocument = (event) => {
    if (list.ul.isConnected) onDocumentKey(list, event);
    else document.removeEventListener("keydown", onDocument);
  };
  document.addEventListener("keydown", onDocument);
  for (const button of list.buttons) button.onclick = () => COMMANDS[button.name](list);
  return list;
}

function receive(list, data) {
  if (list.epoch !== data.epoch) Object.assign(list, { epoch: data.epoch, closed: new Set() });
  list.number = Math.max(list.number, data.ack);
  list.operations = list.operations.filter((operation) => operation.number > data.ack);
  const { rows, selected, canUndo, canRedo, palette } = data;
  Object.assign(list, { rows, selected, canUndo, canRedo, kinds: palette });
  list.operations.forEach((operation) => Object.assign(list, replay(list, operation)));
  reveal(list);
}

function perform(list, operation, message) {
  const numbered = { ...operation, number: ++list.number };
  list.operations.push(numbered);
  Object.assign(list, replay(list, numbered));
  reveal(list);
  draw(list);
  if (message) list.said.textContent = message;
  list.ul.querySelector(".cursor")?.scrollIntoView({ block: "nearest" });
  list.send({ operations: list.operations });
}

/** Scroll the list, but not the page, to the layer chosen last. */
function bringIntoView({ ul }) {
  const row = ul.querySelector(".cursor");
  if (!row) return;
  const most = row.offsetTop - 3;
  const least = row.offsetTop + row.offsetHeight + 3 - ul.clientHeight;
  ul.scrollTop = Math.max(least, Math.min(ul.scrollTop, most));
}

const cursorOf = (list) => list.rows.find((row) => row.id === list.selected.at(-1)) ?? list.rows[0];
const newId = (list) => `${list.epoch}-${Date.now().toString(36)}-${list.number}`;

/** The rows on show, which are those inside no closed container. */
function shownRows(list) {
  let hidden = Infinity; // depth from which rows are inside a closed one
  return list.rows.filter((row) => {
    if (row.depth > hidden) return false;
    hidden = list.closed.has(row.id) ? row.depth : Infinity;
    return true;
  });
}

/** Open what the selected layer is inside of. */
function reveal(list) {
  let { depth } = cursorOf(list);
  for (let index = indexOf(list.rows, cursorOf(list).id) - 1; index >= 0 && depth > 0; index -= 1) {
    if (list.rows[index].depth >= depth) continue;
    depth = list.rows[index].depth;
    list.closed.delete(list.rows[index].id);
  }
}

function select(list, row, { extend = false, toggle = false } = {}) {
  if (!row) return;
  if (!extend) list.anchor = row.id;
  let ids = [row.id];
  if (extend) ids = range(list, list.anchor ?? cursorOf(list).id, row.id);
  if (toggle) {
    ids = list.selected.includes(row.id) ? list.selected.filter((id) => id !== row.id) : [...list.selected, row.id];
  }
  if (ids.length > 1) ids = ids.filter((id) => !list.rows.some((each) => each.id === id && each.isPart));
  if (ids.length && String(ids) !== String(list.selected)) perform(list, { action: "select", ids });
}

function range(list, from, to) {
  const rows = shownRows(list);
  const [start, end] = [indexOf(rows, from), indexOf(rows, to)];
  const ids = rows.slice(Math.min(start, end), Math.max(start, end) + 1).filter((row) => !row.isPart).map((row) => row.id);
  return start > end ? ids.reverse() : ids;
}

function step(list, by, { extend }) {
  const rows = shownRows(list);
  let index = indexOf(rows, cursorOf(list).id) + by;
  while (extend && rows[index]?.isPart) index += by; // a part is selected alone
  select(list, rows[index], { extend });
}

function add(list, kind, colour) {
  const { id } = cursorOf(list);
  perform(list, { action: "add", id, kind, colour, new_id: newId(list) }, `${kind} added`);
  list.ul.focus({ preventScroll: true });
}

function group(list, kind) {
  if (!kind) return;
  perform(list, { action: "group", ids: list.selected, kind, new_id: newId(list) }, `Put into ${kind}`);
  list.ul.focus({ preventScroll: true });
}

/** Move the selected layers past their neighbour above or below, in the list that they are in. */
function shift(list, by) {
  const chosen = chosenRows(list.rows, list.selected);
  const last = chosen.at(-1);
  if (!last || chosen.some((row) => row.isPart)) return;
  const others = siblings(list.rows, last);
  const [first, end] = [indexOf(others, chosen[0].id), indexOf(others, last.id)];
  const before = by < 0 ? others[first - 1] : others[end + 2];
  if (first < 0 || (by < 0 ? first === 0 : end === others.length - 1)) return;
  const { container, part } = last;
  const what = chosen.length === 1 ? last.kind : `${chosen.length} layers`;
  const ids = chosen.map((row) => row.id);
  perform(list, { action: "move", ids, to: { container, part, before: before?.id ?? null } }, `${what} moved`);
}

const COMMANDS = {
  add: (list) => openPalette(list.palette, list.kinds, whereText(list)),
  up: (list) => shift(list, -1),
  down: (list) => shift(list, 1),
  duplicate: (list) => perform(list, { action: "duplicate", ids: list.selected, new_id: newId(list) }, "Duplicated"),
  delete: (list) => perform(list, { action: "delete", ids: list.selected }, `${list.selected.length} deleted`),
  branch: (list) => perform(list, { action: "branch", id: cursorOf(list).id }, "Branch added"),
  fold: (list) => perform(list, { action: "fold", ids: list.selected }, "Folded"),
  unfold: (list) => perform(list, { action: "unfold", id: cursorOf(list).id }, "Unfolded"),
  undo: (list) => perform(list, { action: "undo" }, "Undone"),
  redo: (list) => perform(list, { action: "redo" }, "Redone"),
  help: (list) => list.help.showModal(),
};

function whereText(list) {
  const { isPart, kind } = cursorOf(list);
  return isPart ? `Add first in ${kind}` : `Add after ${kind}`;
}

function onKey(list, event) {
  const { id, holds } = cursorOf(list);
  const shown = shownRows(list);
  const extend = event.shiftKey;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const actions = {
    ArrowUp: () => (event.altKey ? COMMANDS.up(list) : step(list, -1, { extend })),
    ArrowDown: () => (event.altKey ? COMMANDS.down(list) : step(list, 1, { extend })),
    ArrowLeft: () => (holds && !list.closed.has(id) ? toggleFold(list, cursorOf(list)) : select(list, parentOf(list, id))),
    ArrowRight: () => (list.closed.has(id) ? toggleFold(list, cursorOf(list)) : holds && step(list, 1, {})),
    Home: () => select(list, shown[0], { extend }),
    End: () => select(list, shown.at(-1), { extend }),
    Delete: () => COMMANDS.delete(list),
    Backspace: () => COMMANDS.delete(list),
    ...(control ? { d: () => COMMANDS.duplicate(list), a: () => selectAll(list) } : { "+": () => COMMANDS.add(list), f: () => COMMANDS.fold(list), u: () => COMMANDS.unfold(list) }),
  };
  if (!actions[key]) return;
  event.preventDefault();
  event.stopPropagation();
  actions[key]();
}

function onDocumentKey(list, event) {
  const isTyping = event.composedPath()[0].closest?.("input, textarea, select, [contenteditable=true]");
  if (isTyping || list.help.open || list.palette.dialog.open || document.querySelector("[role=dialog]")) return;
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  const command = control && !event.altKey
    ? { z: event.shiftKey ? "redo" : "undo", y: "redo" }[key]
    : { "?": "help" }[key];
  if (!command || (command === "undo" && !list.canUndo && !list.operations.length)) return;
  event.preventDefault();
  COMMANDS[command](list);
}

function selectAll(list) {
  const ids = siblings(list.rows, cursorOf(list)).map((row) => row.id);
  if (ids.length) perform(list, { action: "select", ids });
}

/** The container's or part's row that a row is inside of. */
function parentOf(list, id) {
  const index = indexOf(list.rows, id);
  return list.rows.slice(0, index).findLast((row) => row.depth < list.rows[index].depth);
}

function onCopy(list, event) {
  const chosen = chosenRows(list.rows, list.selected);
  const text = chosen.map((row) => row.text).join("");
  if (!text) return false;
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
  list.said.textContent = `${chosen.length} copied as text`;
  return true;
}

function onPaste(list, event) {
  const text = event.clipboardData.getData("text/plain");
  event.preventDefault();
  event.stopPropagation();
  if (text) perform(list, { action: "paste", id: cursorOf(list).id, text, new_id: newId(list) }, "Pasted");
}

function draw(list) {
  const rows = shownRows(list);
  list.ul.replaceChildren(...rows.map((row) => drawRow(list, row)));
  list.ul.setAttribute("aria-activedescendant", `layer-${cursorOf(list)?.id}`);
  const { isPart, branches } = cursorOf(list) ?? {};
  const off = { up: isPart, down: isPart, undo: !list.canUndo && !list.operations.length, redo: !list.canRedo };
  for (const button of list.buttons) button.disabled = Boolean(off[button.name]);
  list.grouper.disabled = Boolean(isPart);
  list.buttons.find(({ name }) => name === "branch").hidden = !branches;
}

function drawRow(list, row) {
  const li = document.createElement("li");
  const isSelected = list.selected.includes(row.id);
  li.id = `layer-${row.id}`;
  li.role = "treeitem";
  li.draggable = !row.isPart;
  li.className = [row.state, row.isPart && "part", row.id === list.selected.at(-1) && "cursor"].filter(Boolean).join(" ");
  li.title = row.title ?? "";
  li.ariaSelected = String(isSelected);
  li.ariaLevel = String(row.depth + 1);
  if (row.holds) li.ariaExpanded = String(!list.closed.has(row.id));
  li.style.setProperty("--role", row.colour ?? "#999999");
  li.style.setProperty("--depth", row.depth);
  li.append(...COLUMNS.map((column) => cell(column, column === "path" ? row.index ?? "" : row[column])));
  if (row.holds) li.querySelector(".kind").prepend(fold(list, row));
  if (row.remark) li.querySelector(".kind").append(remark(row.remark));
  li.onclick = (event) => {
    list.ul.focus({ preventScroll: true });
    select(list, row, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey });
  };
  makeDraggable(list, li, row);
  return li;
}

/** The mark that closes and opens a container. */
function fold(list, row) {
  const mark = document.createElement("i");
  mark.className = "fold";
  mark.textContent = list.closed.has(row.id) ? "▸" : "▾";
  mark.onclick = (event) => { event.stopPropagation(); toggleFold(list, row); };
  return mark;
}

/** The mark of a layer of which something is worth knowing. */
function remark(text) {
  const mark = document.createElement("i");
  mark.className = "remark";
  mark.textContent = "!";
  mark.title = text;
  mark.role = "img";
  mark.ariaLabel = text;
  return mark;
}

function toggleFold(list, row) {
  list.closed[list.closed.has(row.id) ? "delete" : "add"](row.id);
  if (shownRows(list).includes(cursorOf(list))) draw(list);
  else select(list, row);
}

function cell(column, value) {
  const span = document.createElement("span");
  span.className = column;
  if (column === "params" && value) span.title = value; // it may be cut
  if (column !== "share") { span.textContent = value ?? ""; return span; }
  const bar = document.createElement("i");
  bar.style.width = `${100 * (value ?? 0)}%`;
  span.append(bar);
  return span;
}

function makeDraggable(list, li, row) {
  const isBelow = (event) => { const box = li.getBoundingClientRect(); return row.isPart || event.clientY > box.top + box.height / 2; };
  const clear = () => li.classList.remove("drop-before", "drop-after");
  li.ondragstart = (event) => {
    event.stopPropagation();
    list.dragged = list.selected.includes(row.id) ? list.selected : [row.id];
    event.dataTransfer.setData("text/plain", chosenRows(list.rows, list.dragged).map(({ text }) => text).join(""));
    event.dataTransfer.effectAllowed = "move";
  };
  li.ondragover = (event) => {
    if (!list.dragged) return;
    event.preventDefault();
    li.classList.toggle("drop-after", isBelow(event));
    li.classList.toggle("drop-before", !isBelow(event));
  };
  li.ondragleave = clear;
  li.ondrop = (event) => {
    event.preventDefault();
    clear();
    const to = dropPlace(list, row, isBelow(event));
    if (list.dragged && !list.dragged.includes(to.before)) perform(list, { action: "move", ids: list.dragged, to }, "Moved");
  };
  li.ondragend = () => { list.dragged = null; };
}

/** Where something goes that is dropped on the upper or lower half of a row: below an open container's it is inside. */
function dropPlace(list, row, isBelow) {
  const { id, container, part, isPart, holds } = row;
  if (!isBelow) return { container, part, before: id };
  const [inside] = list.rows.slice(indexOf(list.rows, id) + 1);
  if (isPart) return { container, part, before: inside?.depth > row.depth ? inside.id : null };
  if (holds && !list.closed.has(id) && inside?.depth > row.depth && !inside.isPart) {
    return { container: id, part: 0, before: inside.id };
  }
  const others = siblings(list.rows, row);
  return { container, part, before: others[indexOf(others, id) + 1]?.id ?? null };
}
