"""Compare page: two to four networks side by side, drawn to one scale, with their costs and differences."""

import streamlit as st

from cnnviz.ui.compare.chooser import chooser, name_cards
from cnnviz.ui.compare.contenders import contenders, show_mistakes
from cnnviz.ui.compare.pictures import curves, pictures
from cnnviz.ui.compare.tables import differences_table, totals_table
from cnnviz.ui.wording import plain

compared = contenders()
chooser(compared)
with st.container():  # always there, so that what stands below keeps its place
    show_mistakes()
    for each in compared:
        if each.summary.problem:
            st.warning(
                f"{plain(each.name)} does not fit together: {each.summary.problem}. What fits of it is compared.",
                icon=":material/warning:",
            )
if compared:
    name_cards(compared)
    pictures(compared)
    totals_table(compared)
    curves(compared)
if len(compared) > 1:
    differences_table(compared)
elif compared:
    st.info("Add a second network to see how the two differ, layer by layer.", icon=":material/compare_arrows:")
else:
    st.info("Choose one of the comparisons above, or add networks one by one.", icon=":material/compare_arrows:")
