// Curves that stay mounted and grow, so that what one zoomed into survives every update: also when a run ends early, its
// axis becomes as long as the run only when one zooms out.
//
// A message has, of each run, the points after number `from`, up to number `upto`. Where we have fewer (the page was
// reloaded, or a message was skipped) we ask for all by the trigger `resync`. What one zooms into goes to the server
// as the state `span`; a message with `detail` answers it, once.

import { controls, readChoices, showChips } from "./controls.js";
import { draw, loadPlotly, purge, theme, zoomOutTo } from "./drawing.js";
import { extent, figure, heightOf } from "./figure.js";
import { appended, nothing } from "./points.js";

const SETTLED_MS = 200; // after a zoom
const PATIENCE_MS = 5000; // until what is new is drawn although it is less than a pixel
const LATE = 3; // messages without an answer to what we zoomed into

const charts = new WeakMap(); // one a mounted component

export function render({ data, parentElement, setStateValue, setTriggerValue }) {
  const chart = charts.get(parentElement) ?? mount(parentElement);
  Object.assign(chart, { setStateValue, setTriggerValue });
  chart.queue = chart.queue.then(() => take(chart, data)).catch((error) => fail(chart, error));
  return () => unmount(chart, parentElement);
}

function mount(parent) {
  const root = document.createElement("div"), div = document.createElement("div");
  root.className = "live-curves";
  root.append(div);
  parent.append(root);
  const chart = { root, div, plot: null, runs: [], choices: null, span: null, whole: null, zoomOuts: 0, waited: 0, drawnAt: 0, queue: Promise.resolve() };
  chart.onVisible = () => { if (!document.hidden && chart.isStale) redraw(chart); };
  document.addEventListener("visibilitychange", chart.onVisible);
  charts.set(parent, chart);
  return chart;
}

function unmount(chart, parent) {
  chart.gone = true;
  charts.delete(parent);
  document.removeEventListener("visibilitychange", chart.onVisible);
  purge(chart.div);
  chart.root.remove();
}

async function take(chart, data) {
  if (chart.gone) return;
  await loadPlotly();
  if (data.plot) arrange(chart, data.plot);
  if (!chart.plot || !merge(chart, data)) {
    chart.setTriggerValue("resync", Date.now());
    return;
  }
  if (data.plot || data.detail || isWorthDrawing(chart)) await redraw(chart);
}

// Take another set of panels and curves: the bar above them is made anew.
function arrange(chart, plot) {
  chart.plot = plot;
  chart.choices ??= readChoices(plot.name);
  chart.bar?.remove();
  chart.bar = controls(plot, chart.choices, () => reconsider(chart));
  chart.root.prepend(chart.bar);
}

// Take what is new; false where something is missing.
function merge(chart, data) {
  const known = new Map(chart.runs.map((run) => [run.id, run]));
  const runs = [];
  for (const news of data.runs) {
    const run = known.get(news.id) ?? { curves: new Map(), finer: new Map(), upto: 0 };
    if (news.from === 0) Object.assign(run, { curves: new Map(), finer: new Map(), upto: 0 });
    const isRepeated = news.from < run.upto && news.upto <= run.upto;
    if (!isRepeated && news.from !== run.upto) return false;
    const { curves, ...fields } = news;
    if (!isRepeated) {
      for (const [name, fresh] of Object.entries(curves)) run.curves.set(name, appended(run.curves.get(name) ?? nothing(), fresh));
    }
    runs.push(Object.assign(run, fields));
  }
  if (chart.span && String(runs.map(({ id }) => id)) !== String([...known.keys()])) forget(chart); // Plotly does, too
  chart.runs = runs;
  chart.root.dataset.points = runs.reduce((sum, run) => sum + run.upto, 0);
  return mergeDetail(chart, data.detail);
}

function mergeDetail(chart, detail) {
  if (detail && isSame(detail.span, chart.span)) {
    for (const run of chart.runs) run.finer = new Map(Object.entries(detail.runs[run.id] ?? {}));
    chart.waited = 0;
    chart.isAnswered = true;
    chart.root.dataset.detail = [...chart.runs].reduce((sum, { finer }) => sum + [...finer.values()].reduce((n, { e }) => n + e.length, 0), 0);
  } else if (chart.span && !chart.isAnswered) {
    return ++chart.waited < LATE || (chart.waited = 0);
  }
  return true;
}

function isSame(one, other) {
  return Boolean(one && other) && one.axis === other.axis && one.low === other.low && one.high === other.high;
}

// Whether what is new is a pixel wide, or has waited long enough: a run of thousands of points needs no redrawing each second.
function isWorthDrawing(chart) {
  chart.isStale = true;
  if (document.hidden) return false;
  if (chart.theme !== theme(chart.div).text || performance.now() - chart.drawnAt > PATIENCE_MS) return true;
  if (!chart.span && String(extent(chart)) !== String(chart.whole)) return true; // a run ended early, or goes on for longer
  const now = newest(chart), range = chart.div._fullLayout?.xaxis.range.map(Number);
  if (chart.choices.axis === "time" || !range) return true;
  return Math.abs(now - chart.drawnTo) > (range[1] - range[0]) / chart.div.clientWidth;
}

function newest({ runs, choices }) {
  return Math.max(0, ...runs.flatMap((run) => [...run.curves.values()].map(({ e }) => (e[e.length - 1] ?? 0) * (choices.axis === "step" ? run.pace : 1))));
}

async function redraw(chart) {
  const began = performance.now();
  const { plot, runs, choices } = chart;
  chart.div.style.height = `${heightOf(plot, chart.div.clientWidth)}px`;
  showChips(chart.bar, new Set(runs.flatMap((run) => [...run.curves.keys()])));
  if (!chart.span) chart.whole = extent(chart);
  await draw(chart.div, figure({ plot, runs, choices, whole: chart.whole, zoomOuts: chart.zoomOuts, width: chart.div.clientWidth }));
  zoomOutTo(chart.div, chart.whole);
  if (!chart.hears) {
    chart.div.on("plotly_relayout", () => { clearTimeout(chart.timer); chart.timer = setTimeout(() => zoomed(chart), SETTLED_MS); });
    chart.hears = true;
  }
  Object.assign(chart, { isStale: false, drawnAt: performance.now(), drawnTo: newest(chart), theme: theme(chart.div).text });
  chart.root.dataset.drawMs = Math.round(performance.now() - began);
}

// One chose another axis, scale or smoothing.
function reconsider(chart) {
  if (chart.span && chart.span.axis !== chart.choices.axis) forget(chart);
  chart.queue = chart.queue.then(() => redraw(chart)).catch((error) => fail(chart, error));
}

function forget(chart) {
  for (const run of chart.runs) run.finer = new Map();
  chart.span = null;
  chart.setStateValue("span", null);
}

function zoomed(chart) {
  if (chart.gone) return;
  const { axis } = chart.choices, { range, autorange } = chart.div._fullLayout.xaxis;
  const [low, high] = axis === "time" ? range.map((date) => new Date(`${date.replace(" ", "T")}Z`).getTime() / 1000) : range;
  const { whole } = chart;
  if (whole ? low <= whole[0] && high >= whole[1] : autorange) {
    if (chart.span) {
      forget(chart);
      chart.zoomOuts++; // what Plotly keeps of the zoom ends with it
      reconsider(chart);
    }
    return;
  }
  const span = { axis, low, high };
  if (isSame(span, chart.span)) return;
  Object.assign(chart, { span, isAnswered: false, waited: 0 });
  chart.setStateValue("span", span);
}

function fail(chart, error) {
  chart.div.textContent = `The curves cannot be drawn: ${error.message}.`;
  console.error(error);
}
