// What operations make of the list's rows, until the server's answer replaces them.

const REPLAYED = {
  select: ({ rows }, { ids }) => ({ rows, selected: ids }),

  add({ rows }, { id, new_id, kind, colour }) {
    const { index, ...place } = slotAfter(rows, id);
    const row = { ...place, id: new_id, kind, colour, params: "", shape: "…", count: "", share: 0, text: `- ${kind}()` };
    return { rows: rows.toSpliced(index, 0, row), selected: [new_id] };
  },

  duplicate({ rows }, { ids, new_id }) {
    const chosen = chosenRows(rows, ids);
    if (chosen.some((row) => row.isPart)) return null;
    const { index, depth } = slotAfter(rows, chosen.at(-1).id);
    const blocks = chosen.map((row, number) => renamed(blockOf(rows, row.id), `${new_id}-${number}`, chosen.at(-1)));
    return { rows: placed(rows, index, blocks, depth), selected: blocks.map(([row]) => row.id) };
  },

  delete({ rows, selected }, { ids }) {
    const chosen = chosenRows(rows, ids);
    if (chosen.some((row) => row.isPart)) return null;
    const last = chosen.at(-1);
    const list = siblings(rows, last);
    const place = list.findIndex((row) => row.id === last.id);
    const left = [...list.slice(place), ...list.slice(0, place).reverse()].find((row) => !chosen.includes(row));
    const next = left ? left.id : last.container;
    return next ? { rows: without(rows, chosen.map((row) => row.id)), selected: [next] } : { rows, selected };
  },

  move({ rows }, { ids, to }) {
    const chosen = chosenRows(rows, ids);
    const blocks = chosen.map((row) => {
      const [first, ...inside] = blockOf(rows, row.id);
      return [{ ...first, container: to.container, part: to.part }, ...inside];
    });
    const kept = without(rows, ids);
    const place = placeOf(kept, to);
    return place && { rows: placed(kept, place.index, blocks, place.depth), selected: chosen.map((row) => row.id) };
  },
};

/** The list after an operation; what only the server can tell, such as what undo brings back, changes nothing here. */
function replay(list, operation) {
  const needed = [...(operation.ids ?? []), operation.id, operation.to?.before].filter(Boolean);
  if (needed.some((id) => indexOf(list.rows, id) < 0)) return list;
  return REPLAYED[operation.action]?.(list, operation) ?? list;
}
