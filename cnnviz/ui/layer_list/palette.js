// The search among the kinds that can be added: type to narrow, arrows to choose, Enter to add.

function mountPalette(find, choose) {
  const palette = {
    dialog: find(".palette"), input: find(".palette input"), ul: find(".palette ul"), groups: [], marked: 0, choose,
  };
  palette.input.oninput = () => { palette.marked = 0; drawPalette(palette); };
  palette.input.onkeydown = (event) => onPaletteKey(palette, event);
  palette.dialog.onclick = (event) => { if (event.target === palette.dialog) palette.dialog.close(); };
  palette.ul.onclick = (event) => pick(palette, event.target.closest("li[data-name]"));
  return palette;
}

function openPalette(palette, groups, where) {
  Object.assign(palette, { groups, marked: 0 });
  palette.dialog.querySelector(".where").textContent = where;
  palette.input.value = "";
  drawPalette(palette);
  palette.dialog.showModal();
  palette.ul.scrollTop = 0;
}

function onPaletteKey(palette, event) {
  const entries = palette.ul.querySelectorAll("li[data-name]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  event.stopPropagation();
  if (step && entries.length) {
    event.preventDefault();
    palette.marked = (palette.marked + step + entries.length) % entries.length;
    markEntry(palette);
  } else if (event.key === "Enter") {
    event.preventDefault();
    pick(palette, entries[palette.marked]);
  } else if (event.key === "Escape") {
    event.preventDefault(); // which would only clear the search
    palette.dialog.close();
  }
}

function pick(palette, entry) {
  if (!entry) return;
  palette.dialog.close();
  palette.choose(entry.dataset.name, entry.dataset.colour);
}

/** First the kinds whose name begins with what was typed, then those that have all its words in it or in their help. */
function found(groups, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return groups;
  const has = (text) => words.every((word) => text.toLowerCase().includes(word));
  const rank = (role, { name, help }) => {
    if (name.toLowerCase().startsWith(words[0]) && has(name)) return 0;
    return has(name) ? 1 : has(`${role} ${name} ${help}`) ? 2 : 3;
  };
  const ranked = (wanted) => groups.map(({ role, kinds }) => ({ role, kinds: kinds.filter((kind) => rank(role, kind) === wanted) }));
  return [0, 1, 2].flatMap(ranked).filter(({ kinds }) => kinds.length);
}

function drawPalette(palette) {
  const groups = found(palette.groups, palette.input.value);
  palette.ul.replaceChildren(...groups.flatMap(({ role, kinds }) => [heading(role), ...kinds.map(entry)]));
  if (!groups.length) palette.ul.append(heading("No kind of layer has this in its name or help"));
  markEntry(palette);
}

function heading(text) {
  const li = document.createElement("li");
  li.className = "role";
  li.role = "presentation";
  li.textContent = text;
  return li;
}

function entry({ name, help, colour }, number) {
  const li = document.createElement("li");
  li.id = `palette-${name}`.replaceAll(/\W/g, "-");
  li.role = "option";
  Object.assign(li.dataset, { name, colour });
  li.style.setProperty("--role", colour);
  li.append(labelled("b", name), labelled("span", help));
  return li;
}

function labelled(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function markEntry(palette) {
  palette.ul.querySelectorAll("li[data-name]").forEach((li, index) => {
    li.ariaSelected = String(index === palette.marked);
    if (index !== palette.marked) return;
    li.scrollIntoView({ block: "nearest" });
    palette.input.setAttribute("aria-activedescendant", li.id);
  });
}
