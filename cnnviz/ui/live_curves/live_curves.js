// A Plotly chart that stays mounted and grows, so that a person's zoom and pan survive every update.
//
// The server sends only the points it has not sent yet: `from` is the number of points before them. Where the chart
// has fewer (the page was reloaded, or an update was skipped), it asks for all of them by the trigger `resync`.

const charts = new WeakMap(); // one chart a mounted component

let loading = null;

export default function LiveCurves({ data, parentElement, setTriggerValue }) {
  const chart = charts.get(parentElement) ?? mount(parentElement);
  chart.queue = chart.queue.then(() => update(chart, data, setTriggerValue)).catch((error) => fail(chart, error));
  return () => { chart.gone = true; charts.delete(parentElement); window.Plotly?.purge(chart.div); chart.div.remove(); };
}

function mount(parent) {
  const div = document.createElement("div");
  div.className = "live-curves";
  div.style.height = "380px";
  parent.append(div);
  const chart = { div, run: null, points: 0, theme: null, queue: Promise.resolve(), gone: false };
  charts.set(parent, chart);
  return chart;
}

function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "./app/static/plotly.min.js";
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.min.js could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

async function update(chart, data, setTriggerValue) {
  if (chart.gone) return;
  await loadPlotly();
  if (chart.run !== data.run) await start(chart, data);
  if (chart.theme !== theme(chart).text) await recolour(chart);
  if (data.from > chart.points) { setTriggerValue("resync", data.run); return; }
  const fresh = data.points.slice(chart.points - data.from);
  if (!fresh.length) return;
  await extend(chart, data.curves.length, fresh);
  chart.points += fresh.length;
  chart.div.dataset.points = chart.points;
}

async function start(chart, data) {
  Object.assign(chart, { run: data.run, points: 0 });
  chart.div.dataset.points = 0;
  const traces = data.curves.map(({ name, colour, dash }) => ({
    name, x: [], y: [], type: "scatter", mode: "lines", connectgaps: true,
    line: { color: colour, dash, width: 2 }, hovertemplate: "%{y:.3f}",
  }));
  const layout = {
    uirevision: data.run, hovermode: "x unified", margin: { l: 44, r: 12, t: 8, b: 42 },
    xaxis: { title: { text: "epoch" }, range: [0, data.epochs] }, yaxis: { rangemode: "tozero" },
    legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "bottom" },
  };
  const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "sendChartToCloud"] };
  await window.Plotly.react(chart.div, traces, layout, config);
  await recolour(chart);
}

// Each point is [epoch, value of each curve]; a curve without a value at an epoch skips it.
function extend(chart, numCurves, points) {
  const growth = Array.from({ length: numCurves }, (_, curve) => points.filter((point) => point[curve + 1] !== null));
  const x = growth.map((own) => own.map((point) => point[0]));
  const y = growth.map((own, curve) => own.map((point) => point[curve + 1]));
  return window.Plotly.extendTraces(chart.div, { x, y }, growth.map((_, curve) => curve));
}

function theme(chart) {
  const style = getComputedStyle(chart.div);
  const read = (name) => style.getPropertyValue(name).trim();
  return { text: read("--st-text-color"), border: read("--st-border-color"), background: read("--st-background-color"), font: read("--st-font") };
}

function colours({ text, border, background, font }) {
  return {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: text, family: font, size: 13 },
    hoverlabel: { bgcolor: background, bordercolor: border, font: { color: text } },
    "xaxis.gridcolor": border, "yaxis.gridcolor": border, "xaxis.zerolinecolor": border, "yaxis.zerolinecolor": border,
  };
}

async function recolour(chart) {
  await window.Plotly.relayout(chart.div, colours(theme(chart)));
  chart.theme = theme(chart).text;
}

function fail(chart, error) {
  chart.div.textContent = `The curves cannot be drawn: ${error.message}.`;
  console.error(error);
}
