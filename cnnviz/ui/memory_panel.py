"""What training the network holds in memory, and the largest batch on common GPUs."""

import streamlit as st

from cnnviz.drawing.ledger import PARTS, range_text
from cnnviz.errors import SpecError
from cnnviz.formatting import bytes_text
from cnnviz.network.costs.gpus import GPUS, gpu_range
from cnnviz.network.costs.memory import Ledger, largest_batches, memory
from cnnviz.network.costs.rehearsal import OPTIMIZERS
from cnnviz.network.spec import Network

_BATCH_SIZE = 128


@st.fragment
def memory_panel(network: Network) -> None:
    """Show, where asked for, the ledger for a batch size and an optimizer beside the largest batches."""
    if not st.toggle("Memory of training", key="memory", help="Rehearses a training step, without taking the memory"):
        return
    batch_column, optimizer_column, _ = st.columns([1, 1, 4])
    written = network.recipe.get("batch_size")  # by hand, perhaps as a word
    usual = written if type(written) is int else _BATCH_SIZE
    batch_size = batch_column.number_input("Batch size", value=usual, step=1, key="memory.batch_size")
    optimizer = optimizer_column.selectbox("Optimizer", list(OPTIMIZERS), key="memory.optimizer")
    try:
        ledger = memory(network, batch_size=batch_size, optimizer=optimizer)
        batches = largest_batches(network, optimizer=optimizer)
    except SpecError as error:
        st.warning(f"{error}.", icon=":material/memory:")
        return
    ledger_column, batches_column = st.columns(2, gap="large")
    with ledger_column:
        _ledger(ledger)
    with batches_column:
        sizes = {"GPU": list(batches), "Memory": [bytes_text(GPUS[name]) for name in batches]}
        st.dataframe(
            {**sizes, "Largest batch": [range_text(batch) for batch in batches.values()]},
            hide_index=True,
            key="memory.batches",
        )


def _ledger(ledger: Ledger) -> None:
    values = [getattr(ledger, attribute) for _, attribute in PARTS]
    st.dataframe(
        {
            "What": [label for label, _ in PARTS],
            "Memory": [bytes_text(value) for value in values],
            "Bytes": [f"{value:,}" for value in values],
        },
        hide_index=True,
        key="memory.ledger",
    )
    least, most = map(bytes_text, gpu_range(ledger.peak_bytes))
    st.caption(
        f"In float32. On a CUDA GPU the step takes about {least} to {most}: × 1.1 for memory between tensors, "
        "and 0.5 to 1 GB for CUDA itself."
    )
