from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_tree_has_a_line_for_every_module():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = readme[readme.index("## Where things are") :]
    places = {
        path.parent.name + "/" if path.name == "__init__.py" else path.name for path in (ROOT / "cnnviz").rglob("*.py")
    }
    assert {place for place in places if f" {place} " not in tree} == {"cnnviz/"}
