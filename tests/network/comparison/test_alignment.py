from hypothesis import given
from hypothesis import strategies as st

from cnnviz.network.comparison.alignment import align, best_sum


def equal(left: str, right: str) -> int:
    return int(left == right)


def matched(before: str, after: str, *, gap: int = 0) -> str:
    """Return the alignment as text: a letter where both stand, "-x" where removed and "+x" where added."""
    signs = []
    for left, right in align(before, after, equal, gap=gap):
        signs.append(f"+{after[right]}" if left is None else f"-{before[left]}" if right is None else before[left])
    return " ".join(signs)


def test_what_is_equal_stands_together_in_the_order_of_both():
    assert matched("abcd", "abxd") == "a b -c +x d"
    assert matched("", "ab") == "+a +b"
    assert matched("ab", "") == "-a -b"
    assert matched("", "") == ""


def test_the_first_of_equally_good_matches_is_taken():
    assert matched("cr", "crcr") == "c r +c +r"


def test_a_price_for_gaps_keeps_what_is_new_together():
    def likeness(left: str, right: str) -> int:
        return 3 if left + right == "aA" else 2 * equal(left, right)

    assert align("ab", "axAxb", likeness) == [(None, 0), (None, 1), (0, 2), (None, 3), (1, 4)]
    assert align("ab", "axAxb", likeness, gap=2) == [(0, 0), (None, 1), (None, 2), (None, 3), (1, 4)]


def test_what_has_no_likeness_is_never_matched():
    assert align("ab", "cd", lambda left, right: 0) == [(0, None), (1, None), (None, 0), (None, 1)]


def brute_force(before, after, table, gap, in_gap=False) -> int:
    """The best sum by trying everything."""
    options = []
    if not before and not after:
        return 0
    price = 0 if in_gap else gap
    if before:
        options.append(brute_force(before[1:], after, table, gap, True) - price)
    if after:
        options.append(brute_force(before, after[1:], table, gap, True) - price)
    if before and after and table[before[0]][after[0]]:
        options.append(table[before[0]][after[0]] + brute_force(before[1:], after[1:], table, gap))
    return max(options)


WORDS = st.lists(st.integers(0, 2), max_size=5)
TABLES = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@given(WORDS, WORDS, TABLES, st.integers(0, 9))
def test_no_other_alignment_has_a_larger_sum(before, after, table, gap):
    matches = align(before, after, lambda left, right: table[left][right], gap=gap)
    is_gap = [left is None or right is None for left, right in matches]
    gaps = sum(now and not previous for previous, now in zip([False, *is_gap], is_gap, strict=False))
    total = sum(table[before[i]][after[j]] for i, j in matches if i is not None and j is not None) - gap * gaps
    assert total == brute_force(before, after, table, gap)
    assert [i for i, _ in matches if i is not None] == list(range(len(before)))
    assert [j for _, j in matches if j is not None] == list(range(len(after)))
    assert best_sum(before, after, lambda left, right: table[left][right]) == brute_force(before, after, table, 0)


def test_the_likeness_of_equal_items_is_asked_for_once():
    asked = []
    align("ab" * 50, "ba" * 50, lambda left, right: asked.append((left, right)) or equal(left, right))
    assert sorted(asked) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
