"""The check of one parameter's value, whatever its layer."""

from dataclasses import replace

import pytest

from cnnviz.errors import SpecError
from cnnviz.network.params import REQUIRED, Param

COUNT = Param("int", "", low=1, high=8)
SIZE = Param("size", "", low=1, high=8)
SHARE = Param("float", "", low=0, high=1)
FLAG = Param("bool", "")


@pytest.mark.parametrize(
    ("param", "value"), [(COUNT, 1), (COUNT, 8), (SIZE, 3), (SIZE, (1, 8)), (SHARE, 0.5), (FLAG, False)]
)
def test_a_value_in_range_is_kept(param, value):
    assert param.check(value) == value


@pytest.mark.parametrize(("param", "value", "canonical"), [(SIZE, (3, 3), 3), (SHARE, 1, 1.0), (SHARE, 0, 0.0)])
def test_an_equal_value_is_put_in_canonical_form(param, value, canonical):
    assert repr(param.check(value)) == repr(canonical)


@pytest.mark.parametrize(
    ("param", "values", "allowed"),
    [
        (COUNT, [0, -1, 9, 10**30, True, 1.0, "1", None, (1, 1)], "a whole number from 1 to 8"),
        (
            SIZE,
            [0, (0, 1), (1, 9), (1,), (1, 2, 3), (), (True, 1), (1.0, 2), "1", None, 1.5],
            "a whole number from 1 to 8",
        ),
        (
            SHARE,
            [-0.1, 1.1, float("nan"), float("inf"), -float("inf"), True, "0.5", None, (0.5, 0.5)],
            "a number from 0",
        ),
        (FLAG, [0, 1, "True", None, 0.0, ()], "True or False"),
    ],
    ids=["int", "size", "float", "bool"],
)
def test_a_value_of_another_type_or_range_is_told_with_what_is_allowed(param, values, allowed):
    for value in values:
        with pytest.raises(SpecError) as error:
            param.check(value)
        assert str(error.value).startswith(f"must be {allowed}")
        assert str(error.value).endswith(f", not {value!r}")


def test_none_is_a_value_only_where_it_is_the_default():
    assert replace(COUNT, default=None).check(None) is None
    with pytest.raises(SpecError, match="not None"):
        replace(COUNT, default=1).check(None)
    with pytest.raises(SpecError, match="not None"):
        replace(COUNT, default=REQUIRED).check(None)
