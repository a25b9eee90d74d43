// Keys in the list, and those that work anywhere on the page.

function onKey(list, event) {
  const { id, holds } = cursorOf(list);
  const shown = shownRows(list);
  const extend = event.shiftKey;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const actions = {
    ArrowUp: () => (event.altKey ? COMMANDS.up(list) : step(list, -1, { extend })),
    ArrowDown: () => (event.altKey ? COMMANDS.down(list) : step(list, 1, { extend })),
    ArrowLeft: () => (holds && !list.closed.has(id) ? toggleFold(list, cursorOf(list)) : select(list, parentOf(list, id))),
    ArrowRight: () => (list.closed.has(id) ? toggleFold(list, cursorOf(list)) : holds && step(list, 1, {})),
    Home: () => select(list, shown[0], { extend }),
    End: () => select(list, shown.at(-1), { extend }),
    Delete: () => COMMANDS.delete(list),
    Backspace: () => COMMANDS.delete(list),
    ...(control
      ? { d: () => COMMANDS.duplicate(list), a: () => selectAll(list) }
      : { "+": () => COMMANDS.add(list), f: () => COMMANDS.fold(list), u: () => COMMANDS.unfold(list) }),
  };
  if (!actions[key]) return;
  event.preventDefault();
  event.stopPropagation();
  actions[key]();
}

function onDocumentKey(list, event) {
  const isTyping = event.composedPath()[0].closest?.("input, textarea, select, [contenteditable=true]");
  if (isTyping || list.help.open || list.palette.dialog.open || document.querySelector("[role=dialog]")) return;
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  const command = control && !event.altKey
    ? { z: event.shiftKey ? "redo" : "undo", y: "redo" }[key]
    : { "?": "help" }[key];
  if (!command || (command === "undo" && !list.past.length && !list.operations.length)) return;
  event.preventDefault();
  COMMANDS[command](list);
}
