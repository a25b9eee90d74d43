// Layers copied, cut and pasted as text.

function onCopy(list, event) {
  const chosen = chosenRows(list.rows, list.selected);
  const text = chosen.map((row) => row.text).join("");
  if (!text) return false;
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
  list.said.textContent = `${chosen.length} copied as text`;
  return true;
}

function onPaste(list, event) {
  const text = event.clipboardData.getData("text/plain");
  event.preventDefault();
  event.stopPropagation();
  if (text) perform(list, { action: "paste", id: cursorOf(list).id, text, new_id: newId(list) }, "Pasted");
}
