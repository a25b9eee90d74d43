import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.training.nested import put_together, take_apart

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
leaves = scalars | st.integers(0, 3).map(lambda size: torch.full((size, 2), size / 3))
keys = st.text(max_size=3) | st.integers(0, 3)
states = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=12,
)


def same(one: object, other: object) -> bool:
    """Whether two states are equal to the bit, NaN being itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and one.shape == other.shape and torch.equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)


@given(states)
def test_any_state_comes_back_through_json_as_it_was(state):
    tree, tensors = take_apart(state)
    assert same(put_together(json.loads(json.dumps(tree)), tensors), state)


def test_tensors_are_named_by_their_place():
    assert list(take_apart({"module": {"0.weight": torch.zeros(1)}, "sums": [torch.zeros(2)]})[1]) == [
        "module/0.weight",
        "sums/0",
    ]


def test_what_cannot_be_kept_is_named_with_its_place():
    with pytest.raises(TypeError, match="state/optimizer/0 is a set"):
        take_apart({"optimizer": [{1}]})
