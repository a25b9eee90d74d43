// Containers that are closed and open: which rows are on show.

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

/** The container's or part's row that a row is inside of. */
function parentOf(list, id) {
  const index = indexOf(list.rows, id);
  return list.rows.slice(0, index).findLast((row) => row.depth < list.rows[index].depth);
}

function toggleFold(list, row) {
  list.closed[list.closed.has(row.id) ? "delete" : "add"](row.id);
  if (shownRows(list).includes(cursorOf(list))) draw(list);
  else select(list, row);
}
