// A drawing made by the server: it is only shown here, and says which of its layers was chosen, or is to be folded.

const mounted = new WeakMap(); // what one mounted drawing keeps between updates

export default function DrawingView({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".drawing");
  const view = mounted.get(parentElement) ?? { svg: "", selected: null, at: "" };
  mounted.set(parentElement, view);
  const isNew = view.svg !== data.svg;
  if (isNew) {
    box.innerHTML = view.svg = data.svg;
    box.querySelector("svg > title")?.remove(); // hints are shown instead
    box.querySelector("svg")?.setAttribute("aria-hidden", "true"); // the label and what is said of each layer tell it
  }
  box.setAttribute("aria-label", data.label);
  box.style.maxHeight = `${data.height}px`;
  const send = (path, folds) => setStateValue("click", { path, folds, number: Date.now() });
  const hint = parentElement.querySelector(".hint");
  const said = parentElement.querySelector(".said");
  box.onclick = ({ target }) => {
    const mark = target.closest("[data-fold]");
    const layer = target.closest("[data-layer]");
    if (mark) send(mark.dataset.fold, true);
    else if (layer) send((view.at = layer.dataset.layer), false);
  };
  box.onkeydown = (event) => {
    const path = chosenBy(event.key, box, view.at);
    if (path === null) return;
    event.preventDefault();
    if (event.key === "Enter") return send(path, true);
    send((view.at = path), false);
    said.textContent = data.hints[path] ?? path;
    keepInSight(box, path);
  };
  box.onscroll = () => showMore(box);
  showMore(box);
  box.onpointermove = (event) => showHint(hint, event, data.hints[event.target.closest("[data-layer]")?.dataset.layer]);
  box.onpointerleave = () => (hint.hidden = true);
  if (isNew || view.selected !== data.selected) {
    view.selected = data.selected;
    if (!box.matches(":focus")) view.at = drawnFor(box, data.selected); // while keys are pressed, they lead
    keepInSight(box, drawnFor(box, data.selected));
  }
}

// Fade the sides at which there is more to scroll to.
function showMore(box) {
  box.classList.toggle("more-left", box.scrollLeft > 1);
  box.classList.toggle("more-right", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  box.classList.toggle("more-top", box.scrollTop > 1);
  box.classList.toggle("more-bottom", box.scrollTop + box.clientHeight < box.scrollHeight - 1);
}

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

// The path that a key leads to from the one it is pressed at: a neighbour as drawn, or the block to fold; else null.
function chosenBy(key, box, at) {
  const layers = paths(box);
  if (!layers.length) return null;
  const place = layers.indexOf(drawnFor(box, at));
  if (key === "Home") return layers[0];
  if (key === "End") return layers.at(-1);
  if (key === "Enter") return foldedBy(box, layers[place]);
  if (!(key in STEPS)) return null;
  if (place < 0) return layers[0];
  return layers[Math.min(layers.length - 1, Math.max(0, place + STEPS[key]))];
}

// The drawn layers from left to right, or from top to bottom where they stand below each other.
function paths(box) {
  return [...new Set([...box.querySelectorAll("[data-layer]")].map((each) => each.dataset.layer))];
}

// The block that a layer is, or lies in, whose mark is drawn.
function foldedBy(box, path) {
  const marks = new Set([...box.querySelectorAll("[data-fold]")].map((each) => each.dataset.fold));
  return outwards(path).find((each) => marks.has(each)) ?? null;
}

// What is drawn for a layer: itself, or the folded block around it.
function drawnFor(box, path) {
  const drawn = new Set(paths(box));
  return outwards(path).find((each) => drawn.has(each)) ?? "";
}

// "a.b.c", "a.b" and "a" for "a.b.c".
function outwards(path) {
  const names = (path ?? "").split(".");
  return names.map((_, place) => names.slice(0, names.length - place).join("."));
}

function keepInSight(box, path) {
  const layer = [...box.querySelectorAll("[data-layer]")].find((each) => each.dataset.layer === path);
  if (!layer) return;
  const [inner, outer] = [layer.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.left < outer.left || inner.right > outer.right) {
    box.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
  }
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    box.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
  }
}

function showHint(hint, event, text) {
  hint.hidden = !text;
  if (!text) return;
  hint.textContent = text;
  const [right, bottom] = [innerWidth - hint.offsetWidth - 8, innerHeight - hint.offsetHeight - 8];
  hint.style.left = `${Math.min(event.clientX + 14, right)}px`;
  hint.style.top = `${Math.min(event.clientY + 18, bottom)}px`;
}
