"""The browser's part of the curves, put where the app serves files from: it is loaded once, not with every update."""

import hashlib
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_STATIC = _HERE.parents[2] / "static"  # Streamlit serves the folder of that name beside app.py
_MODULES = sorted(_HERE.glob("*.js"))
_FOLDER = f"live_curves-{hashlib.sha256(b''.join(path.read_bytes() for path in _MODULES)).hexdigest()[:12]}"

LOADER = f"""
const loading = import(new URL("./app/static/{_FOLDER}/live_curves.js", document.baseURI).href);
export default function LiveCurves(component) {{
  let end = null, gone = false;
  loading.then(
    ({{ render }}) => {{ end = gone ? null : render(component); }},
    () => {{ component.parentElement.textContent = "The curves cannot be drawn: reload the page."; }},
  );
  return () => {{ gone = true; end?.(); }};
}}
"""


@st.cache_resource(show_spinner=False)
def serve() -> None:
    """Put the modules and Plotly's own script into the folder; a new version has a new address."""
    with as_file(files("plotly") / "package_data" / "plotly.min.js") as script:
        _copy(script, _STATIC / "plotly.min.js")
    for outdated in _STATIC.glob("live_curves-*"):
        if outdated.name != _FOLDER:
            shutil.rmtree(outdated, ignore_errors=True)
    for module in _MODULES:
        _copy(module, _STATIC / _FOLDER / module.name)


def _copy(source: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    partial.replace(target)
