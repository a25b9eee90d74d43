// Plotly, from the app's own server, and a figure in the page's colours.

let loading = null;

const CONFIG = {
  responsive: true, displaylogo: false, doubleClick: "reset",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "sendChartToCloud", "autoScale2d"],
};

export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", import.meta.url).href;
    script.onload = resolve;
    script.onerror = () => reject(new Error("plotly.min.js could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

export function theme(div) {
  const style = getComputedStyle(div);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--st-text-color"), border: read("--st-border-color"), background: read("--st-background-color"),
    font: read("--st-font"), primary: read("--st-primary-color"),
  };
}

export function draw(div, { traces, layout }) {
  const colours = theme(div);
  for (const name of Object.keys(layout).filter((each) => /^[xy]axis/.test(each))) {
    Object.assign(layout[name], { gridcolor: colours.border, zerolinecolor: colours.border });
  }
  Object.assign(layout, {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colours.text, family: colours.font, size: 13 },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colours.text, activecolor: colours.primary },
    hoverlabel: { bgcolor: colours.background, bordercolor: colours.border, font: { color: colours.text } },
  });
  return window.Plotly.react(div, traces, layout, CONFIG);
}

// Where one comes to by zooming out: Plotly would go to the axis that was drawn first, when the run was shorter.
export function zoomOutTo(div, range) {
  for (const name of Object.keys(div._fullLayout).filter((each) => /^xaxis/.test(each))) {
    const [_rangeInitial0, _rangeInitial1] = range ?? [];
    Object.assign(div._fullLayout[name], { _rangeInitial0, _rangeInitial1 });
  }
}

export function purge(div) {
  window.Plotly?.purge(div);
}
