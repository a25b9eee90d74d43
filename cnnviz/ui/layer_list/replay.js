// What operations make of the list's rows, until the server's answer replaces them.

const UNMEASURED = { params: "", shape: "…", count: "", share: 0 };
const PARTS = { Residual: ["body", "shortcut"] }; // of containers that have several

const REPLAYED = {
  select: ({ rows }, { ids }) => ({ rows, selected: ids }),

  add({ rows }, { id, new_id, kind, colour }) {
    const { index, ...place } = slotAfter(rows, id);
    const row = { ...UNMEASURED, ...place, id: new_id, kind, colour, text: `- ${kind}()` };
    return { rows: rows.toSpliced(index, 0, row), selected: [new_id] };
  },

  paste({ rows, colours }, { id, text, new_id }) {
    const { index, ...place } = slotAfter(rows, id);
    const layers = pastedRows(text).map((row, number) => (
      { ...UNMEASURED, ...place, ...row, id: `${new_id}-${number}`, colour: colours.get(row.kind) }
    ));
    return { rows: rows.toSpliced(index, 0, ...layers), selected: layers.map((row) => row.id) };
  },

  group({ rows, colours }, { ids, kind, new_id }) {
    const chosen = chosenRows(rows, ids);
    const [first] = chosen;
    if (chosen.some((row) => !isSibling(first, row))) return null;
    const { container, part, depth } = first;
    const colour = colours.get(kind);
    const head = { ...UNMEASURED, container, part, depth, id: new_id, kind, colour, holds: true, text: "" };
    const [body, ...others] = (PARTS[kind] ?? []).map((name, number) => (
      { id: `${new_id}:${number}`, container: new_id, part: number, depth: depth + 1, kind: name, colour, isPart: true, holds: true, text: "" }
    ));
    const blocks = chosen.map((row) => blockOf(rows, row.id).map((each) => (
      each === row ? { ...row, container: new_id, part: 0 } : each
    )));
    const before = rows.slice(0, indexOf(rows, first.id));
    const heads = body ? [head, body] : [head];
    const after = without(rows.slice(before.length), ids);
    const grouped = placed([...before, ...heads, ...others, ...after], before.length + heads.length, blocks, depth + heads.length);
    return { rows: grouped, selected: [new_id] };
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

/** What is pasted, as far as it can be told here: a row for each line that is a layer, or one for all of it. */
function pastedRows(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const layers = lines.map((line) => line.match(/^- (\w+)\((.*)\)$/));
  if (layers.every(Boolean)) return layers.map(([line, kind, params]) => ({ kind, params, text: `${line}\n` }));
  return [{ kind: "Pasted…", params: lines[0] ?? "", text: "" }];
}

/** What an operation changes of a list; what only the server can tell, such as a block's layers, changes nothing here. */
function replay(list, operation) {
  const { action, ids = [], id, to } = operation;
  if (action === "undo") return undone(list);
  if (action === "redo") return redone(list);
  const needed = [...ids, id, to?.before].filter(Boolean);
  if (needed.some((each) => indexOf(list.rows, each) < 0)) return {};
  const next = REPLAYED[action]?.(list, operation);
  return action === "select" ? next : edited(list, next);
}
