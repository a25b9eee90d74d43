from cnnviz.drawing.colours import ROLE_COLOURS, kind_colour
from cnnviz.network.layers import LAYERS


def test_every_kind_has_a_colour_of_its_role():
    assert {kind_colour(kind) for kind in LAYERS} == set(ROLE_COLOURS.values())
    assert len(set(ROLE_COLOURS.values())) == len(ROLE_COLOURS)
