// A nested list of layers: select, move, duplicate, delete, add, copy and paste, by mouse and keyboard.
//
// Every operation gets a number and stays in a log until the server says, by `ack`, that it has applied it. The log
// travels as component state, and is replayed on each list that the server sends, so nothing done while a script
// runs is lost. Those about layers that are gone, as after another network was opened, change nothing. A new server
// knows the layers by the same ids, and is sent again what the one before did not hear.

const mounted = new WeakMap(); // what one mounted list keeps between updates

export default function LayerList({ data, parentElement, setStateValue }) {
  const list = mounted.get(parentElement) ?? mount(parentElement);
  list.emit = (log) => setStateValue("log", log);
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
    epoch: null, operations: [], number: 0, rows: [], selected: [], past: [], future: [], known: new Map(), sent: 0,
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
  resendUnheard(list);
  for (const button of list.buttons) button.onclick = () => COMMANDS[button.name](list);
  return list;
}

function receive(list, data) {
  if (list.epoch !== data.epoch) Object.assign(list, { epoch: data.epoch, closed: new Set() });
  list.number = Math.max(list.number, data.ack);
  list.operations = list.operations.filter((operation) => operation.number > data.ack);
  const { rows, selected, palette } = data;
  const colours = new Map(palette.flatMap(({ kinds }) => kinds.map(({ name, colour }) => [name, colour])));
  Object.assign(list, { rows, selected, kinds: palette, colours });
  remember(list, data);
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
  send(list);
}

/** Scroll the list, but not the page, to the layer chosen last. */
function bringIntoView({ ul }) {
  const row = ul.querySelector(".cursor");
  if (!row) return;
  const most = row.offsetTop - 3;
  const least = row.offsetTop + row.offsetHeight + 3 - ul.clientHeight;
  ul.scrollTop = Math.max(least, Math.min(ul.scrollTop, most));
}
