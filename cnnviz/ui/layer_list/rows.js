// The list's rows: what is inside what, and where something goes.
//
// Rows are flat, from top to bottom; `depth` says how far each is moved in, and what is inside a row follows it with a
// greater depth. `container` and `part` name the list that a layer is in; a row with `isPart` stands for such a list.

const indexOf = (rows, id) => rows.findIndex((row) => row.id === id);

/** One past the last row inside the row at an index. */
function endOf(rows, index) {
  let end = index + 1;
  while (end < rows.length && rows[end].depth > rows[index].depth) end += 1;
  return end;
}

const blockOf = (rows, id) => {
  const index = indexOf(rows, id);
  return index < 0 ? [] : rows.slice(index, endOf(rows, index));
};

const isSibling = (one, other) => !other.isPart && one.container === other.container && one.part === other.part;
const siblings = (rows, row) => rows.filter((other) => isSibling(row, other));

/** The chosen layers from top to bottom, without those inside others of them. */
function chosenRows(rows, ids) {
  const inside = new Set();
  return rows.filter((row) => {
    if (!ids.includes(row.id) || inside.has(row.id)) return false;
    blockOf(rows, row.id).forEach((inner) => inside.add(inner.id));
    return true;
  });
}

/** Put blocks of rows before an index, moved in to a depth. */
function placed(rows, index, blocks, depth) {
  const moved = blocks.flatMap((block) => block.map((row) => ({ ...row, depth: row.depth - block[0].depth + depth })));
  return rows.toSpliced(index, 0, ...moved);
}

function without(rows, ids) {
  const gone = new Set(ids.flatMap((id) => blockOf(rows, id).map((row) => row.id)));
  return rows.filter((row) => !gone.has(row.id));
}

/** Where something put after a layer, or first into a part, stands. */
function slotAfter(rows, id) {
  const index = indexOf(rows, id);
  const row = rows[index];
  const { container, part } = row;
  return row.isPart
    ? { index: index + 1, container, part, depth: row.depth + 1 }
    : { index: endOf(rows, index), container, part, depth: row.depth };
}

/** Index and depth of a place to move to: before a layer, or at the end of a list; null where there is no such place. */
function placeOf(rows, { container, part, before }) {
  if (before) {
    const index = indexOf(rows, before); // none where a container would go into itself
    return index < 0 ? null : { index, depth: rows[index].depth };
  }
  if (!container) return { index: rows.length, depth: 0 };
  const head = Math.max(indexOf(rows, `${container}:${part}`), indexOf(rows, container));
  return head < 0 ? null : { index: endOf(rows, head), depth: rows[head].depth + 1 };
}

/** A copy's rows in the list that it is put into, with the ids that `items.py` gives to a layer and to those inside it. */
function renamed([first, ...inside], id, { container, part }) {
  const ids = new Map([[first.id, id]]);
  const counts = new Map();
  const copies = inside.map((row) => {
    const holder = ids.get(row.container);
    const list = `${holder}:${row.part}`;
    if (row.isPart) return { ...row, id: list, container: holder };
    const count = counts.get(list) ?? 0;
    counts.set(list, count + 1);
    ids.set(row.id, `${holder}/${row.part}.${count}`);
    return { ...row, id: ids.get(row.id), container: holder };
  });
  return [{ ...first, id, container, part }, ...copies];
}
