// Undo and redo before the server's answer: the list as it was at versions that it has been shown before.

const MOST_KNOWN = 100; // versions

/** Note the list as the server sent it; its past and future are versions, undefined where they were never shown here. */
function remember(list, { rows, selected, version, past, future }) {
  list.known.delete(version);
  list.known.set(version, { rows, selected });
  if (list.known.size > MOST_KNOWN) list.known.delete(list.known.keys().next().value);
  const shown = (keys) => keys.map((key) => list.known.get(key));
  Object.assign(list, { past: shown(past), future: shown(future) });
}

/** The list after an edit, with what it was before to go back to. */
function edited({ rows, selected, past }, next) {
  return { rows, selected, ...next, past: [...past, { rows, selected }], future: [] };
}

function undone({ rows, selected, past, future }) {
  if (!past.length) return {};
  return { ...past.at(-1), past: past.slice(0, -1), future: [...future, { rows, selected }] };
}

function redone({ rows, selected, past, future }) {
  if (!future.length) return {};
  return { ...future.at(-1), past: [...past, { rows, selected }], future: future.slice(0, -1) };
}
