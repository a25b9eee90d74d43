// Layers dragged to another place.

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
