"""A new run: recorded, put in line, and looked at."""

from cnnviz.training.launch import dispatch, queue
from cnnviz.training.recipe import Recipe
from cnnviz.ui.cached import open_store
from cnnviz.ui.train.run_picker import choose_run


def start_run(network_text: str, recipe: Recipe, *, name: str) -> str:
    """Record a run, start it when its device is free, and make it the chosen one; return its id.

    Raises RecipeError when there is no such device, StoreError when it cannot be recorded.
    """
    store = open_store()
    run_id = queue(store, network_text, recipe, name)
    choose_run(run_id)
    dispatch(store)
    return run_id
