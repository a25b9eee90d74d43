"""FINDINGS: what is probably not meant in layers that fit, each sort in one card that lists its layers."""

from collections.abc import Callable, Iterator

from cnnviz.network.diagnosis.fitting import Fitting
from cnnviz.network.diagnosis.heads import (
    activation_at_the_end,
    dropout_at_the_end,
    large_classifier,
    other_number_of_classes,
    output_that_is_no_row,
)
from cnnviz.network.diagnosis.maps import channels_last_input, lost_pixels, windows_on_one_pixel
from cnnviz.network.diagnosis.neighbours import (
    activations_in_a_row,
    bias_before_norm,
    dropout_before_norm,
    linear_in_a_row,
    overwritten_input,
    softmax_over_the_batch,
)
from cnnviz.network.diagnosis.records import Finding
from cnnviz.network.infer import Inferred
from cnnviz.network.spec import Network

FINDINGS: tuple[Callable[[Fitting], Iterator[Finding]], ...] = (
    channels_last_input,
    overwritten_input,
    softmax_over_the_batch,
    activation_at_the_end,
    dropout_at_the_end,
    other_number_of_classes,
    output_that_is_no_row,
    windows_on_one_pixel,
    activations_in_a_row,
    linear_in_a_row,
    bias_before_norm,
    dropout_before_norm,
    lost_pixels,
    large_classifier,
)


def findings(network: Network, inferred: Inferred, *, classes: int | None = None) -> tuple[Finding, ...]:
    """Return what is worth knowing of the layers that fit, warnings before notes."""
    fitting = Fitting(network, inferred, classes)
    found = [finding for look in FINDINGS for finding in look(fitting)]
    return tuple(sorted(found, key=lambda finding: finding.severity, reverse=True))
