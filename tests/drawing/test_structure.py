"""Small data flows, drawn by hand on paper first: what is a fork, what a skip, and what no fork."""

import random
from itertools import pairwise

from cnnviz.drawing.structure import Branch, Chain, Fork, Tangle, arrange


def arranged(count: int, *edges: tuple[int, int]) -> Chain:
    """Members 0…count−1; −1 is what comes before them, and `count` what follows."""
    return arrange(range(count), edges, entry=-1, exit_=count)


def chained(*members: int) -> list[tuple[int, int]]:
    return list(pairwise(members))


def test_members_one_after_the_other_are_a_chain():
    assert arranged(3, *chained(-1, 0, 1, 2, 3)) == (0, 1, 2)


def test_a_residual_is_a_fork_with_a_skip():
    # 0 → 1 → 2 → 3, and 0 → 3
    assert arranged(4, *chained(-1, 0, 1, 2, 3, 4), (0, 3)) == (0, Fork((Branch((1, 2)),), skips=True), 3)


def test_a_shortcut_is_a_second_branch():
    found = arranged(5, *chained(-1, 0, 1, 2, 4, 5), (0, 3), (3, 4))
    assert found == (0, Fork((Branch((1, 2)), Branch((3,))), skips=False), 4)


def test_forks_nest():
    # Between 0 and 6: a branch of 1 and a fork of 2 and 3 that meet in 4, and a branch of 5.
    edges = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 6), (0, 5), (5, 6)]
    inner = Fork((Branch((2,)), Branch((3,))), skips=False)
    expected = Fork((Branch((1, inner, 4)), Branch((5,))), skips=False)
    assert arranged(7, (-1, 0), *edges, (6, 7)) == (0, expected, 6)


def test_branches_from_the_very_start_to_the_very_end_are_a_fork():
    found = arranged(2, (-1, 0), (0, 2), (-1, 1), (1, 2))
    assert found == (Fork((Branch((0,)), Branch((1,))), skips=False),)


def test_layers_that_all_feed_each_other_are_a_tangle():
    # As in DenseNet: each of 0, 1 and 2 takes what comes in and all that was made before it.
    edges = [(-1, 0), (-1, 1), (-1, 2), (0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    assert arranged(4, *edges, (3, 4)) == (Tangle((0, 1, 2), tuple(sorted(edges))), 3)


def test_what_leads_nowhere_and_what_begins_on_its_own_are_branches():
    # 1 is never used again, and 2 has no input, as a learned token.
    found = arranged(4, *chained(-1, 0, 3, 4), (0, 1), (2, 3))
    assert found == (0, Fork((Branch((1,), ends=False), Branch((2,), begins=False)), skips=True), 3)


def test_members_without_any_edge_stay_in_order():
    assert arranged(3) == (0, 1, 2)


def members(chain: Chain) -> list[int]:
    found = []
    for element in chain:
        match element:
            case Fork():
                found += [member for branch in element.branches for member in members(branch.chain)]
            case Tangle():
                found += element.members
            case _:
                found.append(element)
    return found


def test_every_member_has_one_place_however_edges_lead():
    numbers = random.Random(0)
    for _ in range(500):
        count = numbers.randrange(1, 12)
        pairs = [(start, end) for start in range(-1, count) for end in range(start + 1, count + 1)]
        edges = numbers.sample(pairs, numbers.randrange(len(pairs)))
        assert sorted(members(arranged(count, *edges))) == list(range(count))


def test_a_chain_of_a_thousand_residuals_needs_no_deep_recursion():
    edges = [edge for step in range(0, 2000, 2) for edge in ((step, step + 1), (step + 1, step + 2), (step, step + 2))]
    found = arranged(2001, (-1, 0), *edges, (2000, 2001))
    assert len(found) == 2001
    assert found[1] == Fork((Branch((1,)),), skips=True)
