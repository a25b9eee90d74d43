// The rows as elements of the page.

const COLUMNS = ["path", "kind", "params", "shape", "count", "share"];

/** Draw each row in the element that it had before: a press or a drag that goes on there must not lose it. */
function draw(list) {
  const before = [...list.ul.children];
  const elements = new Map(before.map((li) => [li.id, li]));
  const drawn = shownRows(list).map((row) => (
    drawRow(list, row, elements.get(`layer-${row.id}`) ?? document.createElement("li"))
  ));
  const isInPlace = drawn.length === before.length && drawn.every((li, index) => li === before[index]);
  if (!isInPlace) list.ul.replaceChildren(...drawn);
  list.ul.setAttribute("aria-activedescendant", `layer-${cursorOf(list)?.id}`);
  const { isPart, branches } = cursorOf(list) ?? {};
  const off = { up: isPart, down: isPart, undo: !list.past.length && !list.operations.length, redo: !list.future.length };
  for (const button of list.buttons) button.disabled = Boolean(off[button.name]);
  list.grouper.disabled = Boolean(isPart);
  list.buttons.find(({ name }) => name === "branch").hidden = !branches;
}

function drawRow(list, row, li) {
  const isSelected = list.selected.includes(row.id);
  li.id = `layer-${row.id}`;
  li.role = "treeitem";
  li.draggable = !row.isPart;
  li.className = [row.state, row.isPart && "part", row.id === list.selected.at(-1) && "cursor"].filter(Boolean).join(" ");
  li.title = row.title ?? "";
  li.ariaSelected = String(isSelected);
  li.ariaLevel = String(row.depth + 1);
  li.ariaExpanded = row.holds ? String(!list.closed.has(row.id)) : null;
  li.style.setProperty("--role", row.colour ?? "#999999");
  li.style.setProperty("--depth", row.depth);
  li.replaceChildren(...COLUMNS.map((column) => cell(column, column === "path" ? row.index ?? "" : row[column])));
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
