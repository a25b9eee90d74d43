from cnnviz.ui.run_view.pace import Pace


def test_few_sessions_look_every_second_and_many_share_their_looks():
    pace = Pace()
    waits = [pace.next_look_s(f"session {number}", 100.0) for number in range(60)]
    assert waits[:9] == [1, 1, 1, 1, 2, 2, 2, 2, 3]
    assert waits[-1] == 5
    assert pace.next_look_s("session 0", 101.0) == 5


def test_sessions_that_are_gone_do_not_count():
    pace = Pace()
    for number in range(10):
        pace.next_look_s(f"session {number}", 100.0)
    assert pace.next_look_s("session 0", 114.0) == 3
    assert pace.next_look_s("session 0", 116.0) == 1
