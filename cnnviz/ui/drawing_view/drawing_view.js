// A drawing made by the server: it is only shown here, and says which of its layers was clicked.

const mounted = new WeakMap(); // what one mounted drawing keeps between updates

export default function DrawingView({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".drawing");
  const view = mounted.get(parentElement) ?? { svg: "", selected: null };
  mounted.set(parentElement, view);
  if (view.svg !== data.svg) {
    box.innerHTML = view.svg = data.svg;
    box.querySelector("svg > title")?.remove(); // the label says it, and hints are shown instead
  }
  box.setAttribute("aria-label", data.label);
  box.style.maxHeight = `${data.height}px`;
  box.onclick = (event) => {
    const layer = event.target.closest("[data-layer]");
    if (layer) setStateValue("click", { path: layer.dataset.layer, number: Date.now() });
  };
  const hint = parentElement.querySelector(".hint");
  box.onpointermove = (event) => showHint(hint, event, data.hints[event.target.closest("[data-layer]")?.dataset.layer]);
  box.onpointerleave = () => (hint.hidden = true);
  if (view.selected !== data.selected) keepInSight(box, (view.selected = data.selected));
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
