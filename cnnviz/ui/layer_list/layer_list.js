// An ordered list of layers: select, move, duplicate, delete and add, by mouse and keyboard.
//
// Every operation gets a number and stays in a log until the server says, by `ack`, that it has applied it. The log
// travels as component state, and is replayed on each list that the server sends, so nothing done while a script
// runs is lost. `epoch` changes with the whole network; operations of another epoch are dropped.

const mounted = new WeakMap(); // what one mounted list keeps between updates

const COLUMNS = ["path", "kind", "params", "shape", "count", "share"];

export default function LayerList({ data, parentElement, setStateValue }) {
  const list = mounted.get(parentElement) ?? mount(parentElement);
  list.send = (log) => setStateValue("log", log);
  receive(list, data);
  draw(list);
}

function mount(parent) {
  const find = (selector) => parent.querySelector(selector);
  const list = {
    ul: find("ul"), said: find(".said"), adder: find("select"), buttons: [...parent.querySelectorAll("button")],
    epoch: null, operations: [], number: 0, layers: [], selected: "", dragged: null,
  };
  mounted.set(parent, list);
  list.ul.onkeydown = (event) => onKey(list, event);
  list.adder.onchange = () => { add(list, list.adder.value); list.adder.value = ""; };
  for (const button of list.buttons) button.onclick = () => COMMANDS[button.name](list);
  return list;
}

function receive(list, data) {
  if (list.epoch !== data.epoch) Object.assign(list, { epoch: data.epoch, operations: [], number: data.ack });
  list.operations = list.operations.filter((operation) => operation.number > data.ack);
  list.layers = data.layers.slice();
  list.selected = data.selected;
  list.operations.forEach((operation) => apply(list, operation));
  if (list.adder.options.length === 1) list.adder.append(...data.palette.map(optionGroup));
}

function optionGroup([role, kinds]) {
  const group = document.createElement("optgroup");
  group.label = role;
  group.append(...kinds.map((kind) => new Option(kind, kind)));
  return group;
}

// What an operation makes of the list, until the server's answer replaces it.
function apply(list, operation) {
  const { layers } = list;
  const index = layers.findIndex((layer) => layer.id === operation.id);
  if (index < 0) return;
  const insert = (layer) => { layers.splice(index + 1, 0, layer); list.selected = layer.id; };
  switch (operation.action) {
    case "select": list.selected = operation.id; break;
    case "move": layers.splice(operation.to, 0, ...layers.splice(index, 1)); list.selected = operation.id; break;
    case "duplicate": insert({ ...layers[index], id: operation.new_id }); break;
    case "add": insert({ id: operation.new_id, kind: operation.kind, params: "", shape: "…", count: "", share: 0 }); break;
    case "delete":
      layers.splice(index, 1);
      if (list.selected === operation.id) list.selected = layers[Math.min(index, layers.length - 1)].id;
  }
}

function perform(list, operation, message) {
  const numbered = { ...operation, number: ++list.number };
  list.operations.push(numbered);
  apply(list, numbered);
  draw(list);
  if (message) list.said.textContent = message;
  list.ul.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  list.send({ epoch: list.epoch, operations: list.operations });
}

const selectedIndex = (list) => list.layers.findIndex((layer) => layer.id === list.selected);
const newId = (list) => `${list.epoch}-${Date.now().toString(36)}-${list.number}`;

function select(list, index) {
  const layer = list.layers[index];
  if (layer && layer.id !== list.selected) perform(list, { action: "select", id: layer.id });
}

function move(list, id, to) {
  const layer = list.layers.find((each) => each.id === id);
  if (to < 0 || to >= list.layers.length || list.layers[to].id === id) return;
  perform(list, { action: "move", id, to }, `${layer.kind} moved to position ${to + 1} of ${list.layers.length}`);
}

function add(list, kind) {
  if (!kind) return;
  perform(list, { action: "add", id: list.selected, kind, new_id: newId(list) }, `${kind} added`);
}

const COMMANDS = {
  up: (list) => move(list, list.selected, selectedIndex(list) - 1),
  down: (list) => move(list, list.selected, selectedIndex(list) + 1),
  duplicate: (list) =>
    perform(list, { action: "duplicate", id: list.selected, new_id: newId(list) }, "Layer duplicated"),
  delete: (list) => {
    if (list.layers.length === 1) { list.said.textContent = "A network needs at least one layer"; return; }
    perform(list, { action: "delete", id: list.selected }, `${list.layers[selectedIndex(list)].kind} deleted`);
  },
};

function onKey(list, event) {
  const index = selectedIndex(list);
  const control = event.ctrlKey || event.metaKey;
  const actions = {
    ArrowUp: () => (event.altKey ? COMMANDS.up(list) : select(list, index - 1)),
    ArrowDown: () => (event.altKey ? COMMANDS.down(list) : select(list, index + 1)),
    Home: () => select(list, 0),
    End: () => select(list, list.layers.length - 1),
    Delete: () => COMMANDS.delete(list),
    Backspace: () => COMMANDS.delete(list),
    "+": () => list.adder.focus(),
    ...(control && { d: () => COMMANDS.duplicate(list) }),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  actions[event.key]();
}

function draw(list) {
  list.ul.replaceChildren(...list.layers.map((layer, index) => row(list, layer, index)));
  list.ul.setAttribute("aria-activedescendant", `layer-${list.selected}`);
  const index = selectedIndex(list);
  const off = { up: index <= 0, down: index >= list.layers.length - 1, delete: list.layers.length === 1 };
  for (const button of list.buttons) button.disabled = Boolean(off[button.name]);
}

function row(list, layer, index) {
  const li = document.createElement("li");
  li.id = `layer-${layer.id}`;
  li.role = "option";
  li.draggable = true;
  li.className = layer.state ?? "";
  li.title = layer.title ?? "";
  li.ariaSelected = String(layer.id === list.selected);
  li.ariaPosInSet = String(index + 1);
  li.ariaSetSize = String(list.layers.length);
  li.style.setProperty("--role", layer.colour ?? "#999999");
  li.append(...COLUMNS.map((column) => cell(column, column === "path" ? index : layer[column])));
  li.onclick = () => { list.ul.focus({ preventScroll: true }); select(list, index); };
  makeDraggable(list, li, layer, index);
  return li;
}

function cell(column, value) {
  const span = document.createElement("span");
  span.className = column;
  if (column !== "share") { span.textContent = value; return span; }
  const bar = document.createElement("i");
  bar.style.width = `${100 * value}%`;
  span.append(bar);
  return span;
}

function makeDraggable(list, li, layer, index) {
  const isBelow = (event) => { const box = li.getBoundingClientRect(); return event.clientY > box.top + box.height / 2; };
  const clear = () => li.classList.remove("drop-before", "drop-after");
  li.ondragstart = (event) => {
    list.dragged = layer.id;
    event.dataTransfer.setData("text/plain", layer.kind);
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
    const from = list.layers.findIndex((each) => each.id === list.dragged);
    const gap = index + (isBelow(event) ? 1 : 0);
    if (from >= 0) move(list, list.dragged, gap > from ? gap - 1 : gap);
  };
  li.ondragend = () => { list.dragged = null; };
}
