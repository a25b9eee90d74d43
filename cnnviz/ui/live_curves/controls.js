// The bar above the curves: which are shown, along which axis, how smooth, on which scale. It needs no server.

const KEY = "cnnviz.curves"; // what one chose stays in the browser

const AXES = { epoch: "Epoch", step: "Step", time: "Time" };
const DASHES = { solid: "", dash: "7 4", dashdot: "7 3 2 3", dot: "2 3" };

export function readChoices(name) {
  const defaults = { axis: "epoch", smoothing: 0, log: false, hidden: [] };
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(`${KEY}.${name}`) ?? "{}") };
  } catch {
    return defaults;
  }
}

export function controls(plot, choices, changed) {
  const bar = element("div", { className: "curves-bar" });
  const change = (fields) => {
    Object.assign(choices, fields);
    try { localStorage.setItem(`${KEY}.${plot.name}`, JSON.stringify(choices)); } catch { /* a private window */ }
    changed();
  };
  if (plot.chips) bar.append(chips(plot, choices, change));
  const boxes = element("div", { className: "curves-controls" });
  boxes.append(axisBox(choices, change), smoothingBox(choices, change));
  if (plot.offersLog) boxes.append(logBox(choices, change));
  bar.append(boxes);
  return bar;
}

// A curve without a value, as the validation accuracy where nothing is held out, is not offered.
export function showChips(bar, names) {
  for (const button of bar.querySelectorAll(".curves-chip")) button.hidden = !names.has(button.dataset.curve);
}

function chips(plot, choices, change) {
  const group = element("div", { className: "curves-chips", role: "group" });
  group.setAttribute("aria-label", "Curves");
  for (const curve of plot.curves) group.append(chip(curve, choices, change, plot.manyRuns));
  return group;
}

function chip({ name, label, colour, dash }, choices, change, isGrey) {
  const button = element("button", { type: "button", className: "curves-chip", title: `Show or hide ${label}` });
  button.dataset.curve = name;
  const stroke = isGrey ? "currentColor" : colour;
  button.innerHTML = `<svg width="26" height="8" aria-hidden="true"><path d="M0 4H26" stroke="${stroke}"
    stroke-width="2.5" stroke-dasharray="${DASHES[dash]}"/></svg>`;
  button.append(label);
  const show = () => button.setAttribute("aria-pressed", String(!choices.hidden.includes(name)));
  button.onclick = () => {
    const others = choices.hidden.filter((each) => each !== name);
    change({ hidden: others.length < choices.hidden.length ? others : [...others, name] });
    show();
  };
  show();
  return button;
}

function axisBox(choices, change) {
  const select = element("select", {});
  for (const [value, text] of Object.entries(AXES)) select.append(new Option(text, value, false, value === choices.axis));
  select.onchange = () => change({ axis: select.value });
  return labelled("Axis", select);
}

function smoothingBox(choices, change) {
  const slider = element("input", { type: "range", min: 0, max: 100, step: 5, value: choices.smoothing });
  slider.oninput = () => change({ smoothing: Number(slider.value) });
  return labelled("Smoothing", slider, "An exponential average, up to a tenth of all epochs; the line itself stays faint");
}

function logBox(choices, change) {
  const box = element("input", { type: "checkbox", checked: choices.log });
  box.onchange = () => change({ log: box.checked });
  return labelled("Log scale", box);
}

function labelled(text, control, title = "") {
  const label = element("label", { className: "curves-control", title });
  label.append(text, control);
  return label;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
