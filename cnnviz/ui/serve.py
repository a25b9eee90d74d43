"""Serves the app: `python -m cnnviz.ui.serve SCRIPT --server.port=…`, with Streamlit's own options."""

import sys

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli as streamlit

from cnnviz.network.warm_up import start_warm_up
from cnnviz.training.dispatcher import start_dispatcher


def main() -> None:
    """Run Streamlit in this process; beside it PyTorch warms up, and runs that wait are started."""
    # Until app.py has run once, Streamlit takes the files in pages/ for its own older kind of pages: the first
    # address opened after a start, such as /train, would then show that page without app.py around it.
    PagesManager.uses_pages_directory = False
    start_warm_up()
    start_dispatcher()
    sys.argv = ["streamlit", "run", *sys.argv[1:]]
    streamlit.main()


if __name__ == "__main__":
    main()
