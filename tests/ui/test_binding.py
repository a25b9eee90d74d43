from streamlit.testing.v1 import AppTest


def test_a_value_given_and_taken_back_before_it_was_shown_is_taken_back():
    def script():
        import streamlit as st

        from cnnviz.ui.binding import watched

        taken = []
        widget = watched("stride", 4, lambda given: not taken.append(given))
        for given in (2, 2, 4):  # as the browser sends them while the script is stopped again and again
            st.session_state[widget["key"]] = given
            widget["on_change"](*widget["args"])
        st.session_state["taken"] = taken

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert app.session_state["taken"] == [2, 4]


def test_a_refused_value_is_refused_again():
    def script():
        import streamlit as st

        from cnnviz.ui.binding import watched

        asked = []
        widget = watched("stride", 4, lambda given: bool(asked.append(given)))
        for given in (0, 0, 4):
            st.session_state[widget["key"]] = given
            widget["on_change"](*widget["args"])
        st.session_state["asked"] = asked

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert app.session_state["asked"] == [0, 0]
