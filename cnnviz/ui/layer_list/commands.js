// What can be done to the layers, by button or key: each becomes an operation.

const newId = (list) => `${list.epoch}-${Date.now().toString(36)}-${list.number}`;

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
