// A table made by the server: its cells are text, and nothing in it is clicked.

export default function Sheet({ data, parentElement }) {
  const box = parentElement.querySelector(".sheet");
  box.setAttribute("aria-label", data.label);
  box.style.maxHeight = data.height ? `${data.height}px` : "";
  const table = document.createElement("table");
  table.classList.toggle("even", data.even);
  const head = table.createTHead();
  for (const line of data.head) row(head, line, true);
  const body = table.createTBody();
  for (const line of data.lines) row(body, line, false);
  box.replaceChildren(table);
}

function row(section, line, isHead) {
  const made = section.insertRow();
  if (line.tone) made.className = line.tone;
  for (const each of line.cells) made.append(cell(each, isHead));
}

function cell(data, isHead) {
  const made = document.createElement(isHead || data.is_head ? "th" : "td");
  if (isHead) made.scope = data.span > 1 ? "colgroup" : "col";
  else if (data.is_head) made.scope = "row";
  if (data.span > 1) made.colSpan = data.span;
  if (data.is_number) made.classList.add("number");
  if (data.is_first) made.classList.add("first");
  if (data.title) made.title = data.title;
  if (data.lead) {
    made.classList.add("led");
    made.append(tagged("small", data.lead, "lead"), " ");
  }
  if (data.pieces.length) for (const [text, isMarked] of data.pieces) made.append(isMarked ? tagged("mark", text) : text);
  else made.append(data.text);
  if (data.note) made.append(" ", tagged("small", data.note));
  return made;
}

function tagged(name, text, kind = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}
