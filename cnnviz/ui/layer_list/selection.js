// Which layers are selected: by a click, a key, or a range between two rows.

const cursorOf = (list) => list.rows.find((row) => row.id === list.selected.at(-1)) ?? list.rows[0];

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

function selectAll(list) {
  const ids = siblings(list.rows, cursorOf(list)).map((row) => row.id);
  if (ids.length) perform(list, { action: "select", ids });
}
