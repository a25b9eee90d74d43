// Curves as Plotly's traces and layout: a panel beside the other, along one axis, in the colours of the page.

import { refined, smoothed } from "./points.js";

const TITLES = { epoch: "epoch", step: "step", time: "time" };
const FAINT = 0.25;
const FEW = 12; // points that are marked, since a line needs two
const AXIS = 42; // pixels beneath a panel that its axis takes
const NARROW = 760; // pixels, below which there is room for two panels in a row

export function figure(state) {
  const traces = state.runs.flatMap((run) => state.plot.curves.flatMap((curve) => tracesOf(state, run, curve)));
  return { traces, layout: layoutOf(state) };
}

function tracesOf(state, run, curve) {
  const { choices, plot } = state;
  const points = refined(run.curves.get(curve.name) ?? { e: [], t: [], y: [] }, run.finer.get(curve.name));
  const x = placesOn(choices.axis, points, run);
  const axes = axisNames(curve.panel);
  const colour = plot.manyRuns ? run.colour : curve.colour;
  const width = curve.smooth ? smoothingOf(state) : 0;
  const isShown = !choices.hidden.includes(curve.name);
  const base = { x, type: "scatter", mode: "lines", visible: isShown, xaxis: axes.x, yaxis: axes.y };
  const isLog = choices.log || plot.panels[curve.panel].log;
  const drawn = (values) => (isLog ? values.map((value) => (value > 0 ? value : null)) : values); // a logarithm has no 0
  const line = { color: colour, dash: curve.dash, width: plot.curves.length > 12 ? 1.5 : 2 };
  const main = {
    ...base, y: drawn(smoothed(points, width)), line, name: plot.manyRuns ? `${run.label}, ${curve.label}` : curve.label,
    legendgroup: plot.manyRuns ? run.id : curve.group, showlegend: isInLegend(state, run, curve), hovertemplate: hover(plot, run, curve),
  };
  if (main.showlegend && plot.manyRuns) main.name = run.label;
  if (points.e.length <= FEW) Object.assign(main, { mode: "lines+markers", marker: { size: 4 }, cliponaxis: false });
  if (!width) return [main];
  const raw = { ...base, y: drawn(points.y), line: { ...line, width: 1 }, opacity: FAINT, hoverinfo: "skip", showlegend: false };
  return [{ ...raw, legendgroup: main.legendgroup }, main];
}

// Under the pointer all values of a run stand together; of many runs only the nearest one's.
function hover(plot, run, curve) {
  const { format, unit } = plot.panels[curve.panel];
  const value = `%{y:${format || ".4~g"}}${unit}`;
  return plot.manyRuns ? `${run.label}<br>${curve.label} ${value} at %{x}<extra></extra>` : value;
}

// In the legend each run stands once, or each group of curves, by the first curve that it has and that is not hidden.
function isInLegend({ plot, choices }, run, curve) {
  const isThere = ({ name }) => run.curves.has(name) && !choices.hidden.includes(name);
  if (plot.manyRuns) return plot.curves.find(isThere) === curve;
  if (plot.panels[curve.panel].legend) return true;
  return !plot.chips && plot.hasLegend && plot.curves.find((other) => other.group === curve.group && isThere(other)) === curve;
}

function placesOn(axis, { e, t }, { pace }) {
  if (axis === "epoch") return e;
  if (axis === "step") return e.map((epoch) => Math.round(epoch * pace));
  return t.map((seconds) => seconds * 1000); // as a date since the beginning, which Plotly writes as a time
}

function smoothingOf({ runs, choices }) {
  const epochs = Math.max(1, ...runs.map((run) => run.epochs));
  return (choices.smoothing / 100) ** 2 * epochs * 0.1;
}

// The place of the last point on the axis, or of the end where that is known.
export function extent({ runs, choices: { axis } }) {
  if (axis === "time") return null;
  return [0, Math.max(...runs.map((run) => (axis === "step" ? run.epochs * run.pace : run.epochs)))];
}

// As many panels beside each other as there is room for.
function gridOf({ panels }, width) {
  const rowLength = Math.min(panels.length, width < NARROW ? 2 : 4);
  return { rowLength, numRows: Math.ceil(panels.length / rowLength) };
}

export function heightOf(plot, width) {
  return plot.height * (1 + 0.8 * (gridOf(plot, width).numRows - 1));
}

function layoutOf(state) {
  const { plot, choices, width } = state;
  const { rowLength, numRows } = gridOf(plot, width);
  const layout = {
    uirevision: `${choices.axis} ${state.runs.map((run) => run.id)}`, hovermode: plot.manyRuns ? "closest" : "x unified", dragmode: "zoom",
    margin: { l: 52, r: 14, t: plot.panels.length > 1 ? 30 : 10, b: AXIS }, annotations: [],
    ...legendOf(state, rowLength, numRows),
  };
  plot.panels.forEach((panel, number) => {
    const place = placeOf(number, rowLength, numRows), axes = axisNames(number);
    layout[axes.layoutX] = xAxis(state, place, number, axes);
    layout[axes.layoutY] = yAxis(panel, choices, place, axes);
    if (panel.title) layout.annotations.push(title(panel.title, place));
  });
  return layout;
}

// Beneath all panels, or beneath the one whose curves it tells apart.
function legendOf({ plot, width }, rowLength, numRows) {
  const number = plot.manyRuns ? -1 : plot.panels.findIndex((panel) => panel.legend);
  const { x, y } = number < 0 ? { x: [0], y: [0] } : placeOf(number, rowLength, numRows);
  const below = AXIS / (heightOf(plot, width) - 2 * AXIS);
  return {
    showlegend: plot.manyRuns || plot.hasLegend || number >= 0,
    legend: { orientation: "h", x: x[0], y: y[0] - below, yanchor: "top" },
  };
}

function placeOf(number, rowLength, numRows) {
  const column = number % rowLength, row = Math.floor(number / rowLength);
  const gapX = 0.07, gapY = 0.24;
  const wide = (1 - gapX * (rowLength - 1)) / rowLength, high = (1 - gapY * (numRows - 1)) / numRows;
  const left = column * (wide + gapX), top = 1 - row * (high + gapY);
  return { x: [left, left + wide], y: [Math.max(0, top - high), top] };
}

function axisNames(number) {
  const suffix = number ? String(number + 1) : "";
  return { x: `x${suffix}`, y: `y${suffix}`, layoutX: `xaxis${suffix}`, layoutY: `yaxis${suffix}` };
}

function xAxis(state, place, number, axes) {
  const { axis } = state.choices, range = state.whole && [...state.whole]; // Plotly changes what it is given
  return {
    uirevision: `${axis} ${state.runs.map((run) => run.id)} ${state.zoomOuts}`,
    domain: place.x, anchor: axes.y, title: { text: TITLES[axis], standoff: 6, font: { size: 13 } }, automargin: true,
    ...(number ? { matches: "x" } : {}), ...(range ? { range } : { autorange: true }),
    ...(axis === "time" ? { type: "date", tickformat: "%H:%M:%S", hoverformat: "%H:%M:%S" } : { type: "linear" }),
    ...(axis === "epoch" ? { hoverformat: ".5~g" } : {}),
  };
}

function yAxis(panel, choices, place, axes) {
  const isLog = panel.log || choices.log;
  return {
    domain: place.y, anchor: axes.x, type: isLog ? "log" : "linear", rangemode: isLog ? "normal" : "tozero",
    automargin: true, exponentformat: "power", ticksuffix: panel.unit,
    ...(panel.format ? { tickformat: panel.format } : {}), ...(isLog ? { nticks: 5 } : {}),
  };
}

function title(text, place) {
  return {
    text, x: place.x[0], xref: "paper", xanchor: "left", y: place.y[1], yref: "paper", yanchor: "bottom", yshift: 4,
    showarrow: false,
  };
}
