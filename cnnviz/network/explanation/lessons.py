"""LESSONS: what is taught of every layer kind."""

from collections.abc import Mapping

from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.roles.activations import ACTIVATIONS, REGULARISATION
from cnnviz.network.explanation.roles.blocks import BLOCKS
from cnnviz.network.explanation.roles.containers import CONTAINERS
from cnnviz.network.explanation.roles.convolutions import CONVOLUTIONS, LINEAR
from cnnviz.network.explanation.roles.normalisations import NORMALISATIONS
from cnnviz.network.explanation.roles.pools import POOLS
from cnnviz.network.explanation.roles.reshapes import RESHAPES

LESSONS: Mapping[str, Lesson] = {
    **CONVOLUTIONS,
    **POOLS,
    **ACTIVATIONS,
    **NORMALISATIONS,
    **REGULARISATION,
    **RESHAPES,
    **LINEAR,
    **BLOCKS,
    **CONTAINERS,
}
