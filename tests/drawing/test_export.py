import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image

from cnnviz.drawing.export import draw, format_of
from cnnviz.drawing.png import png
from cnnviz.drawing.scene import Paint, Polygon, Scene, Text
from cnnviz.drawing.styles import STYLES
from cnnviz.drawing.svg import svg
from cnnviz.errors import SpecError
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize

LENET = preset("lenet")


def size_of_svg(data: bytes) -> tuple[float, float]:
    root = ElementTree.fromstring(data)
    return float(root.attrib["width"]), float(root.attrib["height"])


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_written_in_every_format(style):
    width, height = size_of_svg(draw(LENET, style=style))
    image = Image.open(io.BytesIO(draw(LENET, style=style, format="png")))
    assert image.size == pytest.approx((2 * width, 2 * height), abs=2)
    assert draw(LENET, style=style, format="tex").startswith(b"\\documentclass")


def test_words_are_drawn_in_a_png_whatever_fonts_the_machine_has():
    square = Polygon(((0, 0), (80, 0), (80, 20), (0, 20)), Paint("paper"))
    words = Text((40, 15), "Conv 3×3", 14.0)
    empty, filled = png(Scene((square,))), png(Scene((square, words)))
    assert dark_pixels(empty) == 0
    assert dark_pixels(filled) > 300


def dark_pixels(data: bytes) -> int:
    image = Image.open(io.BytesIO(data)).convert("L")
    return sum(image.histogram()[:100])


def test_a_very_large_drawing_has_fewer_pixels():
    huge = Polygon(((0, 0), (30_000, 0), (30_000, 4_000), (0, 4_000)), Paint("paper"))
    width, height = Image.open(io.BytesIO(png(Scene((huge,))))).size
    assert width * height < 65_000_000
    assert width / height == pytest.approx(30_024 / 4_024, rel=0.01)


def test_a_summary_is_drawn_too_and_dark_for_a_dark_page():
    assert draw(summarize(LENET)) == draw(LENET)
    assert b'fill="#14171c"' in draw(LENET, dark=True)


def test_blocks_are_opened_to_the_depth_asked_for():
    assert draw(preset("vgg11"), depth=2).count(b"Conv 3") > draw(preset("vgg11")).count(b"Conv 3")


@pytest.mark.parametrize("wrong", [{"style": "pie"}, {"format": "pdf"}, {"windows": "some"}])
def test_an_unknown_style_or_format_is_refused_with_those_there_are(wrong):
    with pytest.raises(SpecError, match=r"volumes, blocks, graph, costs|svg, png, tex|selected, all, none"):
        draw(LENET, **wrong)


def test_the_format_is_that_of_the_files_ending():
    assert [format_of(name) for name in ("a.svg", "b.PNG", "c.d.tex")] == ["svg", "png", "tex"]
    for name in ("a", "a.pdf", ".svg"):
        with pytest.raises(SpecError, match=r"must end with \.svg, \.png, \.tex"):
            format_of(name)


def test_draw_writes_the_file_from_the_terminal(cnnviz, tmp_path):
    for ending in ("svg", "png", "tex"):
        path = tmp_path / f"lenet.{ending}"
        code, output, complaint = cnnviz("draw", "lenet", "--style", "blocks", "--output", str(path))
        assert (code, output, complaint) == (0, "", "")
        assert path.read_bytes() == draw(LENET, style="blocks", format=ending)


def test_draw_says_what_is_wrong(cnnviz, tmp_path):
    for arguments, words in [
        (["lenet", "-o", str(tmp_path / "x.pdf")], "must end with .svg, .png, .tex"),
        (["lenet", "-o", str(tmp_path / "nowhere" / "x.svg")], "cannot be written"),
        (["lenet", "-o", str(tmp_path / "x.svg"), "--style", "pie"], "volumes, blocks, graph, costs"),
        (["lenett", "-o", str(tmp_path / "x.svg")], "lenet"),
    ]:
        code, _, complaint = cnnviz("draw", *arguments)
        assert (code, complaint.count("\n")) == (2, 1)
        assert words in complaint
    assert list(Path(tmp_path).iterdir()) == []


def test_a_network_that_breaks_is_drawn_up_to_there(cnnviz, tmp_path):
    path = tmp_path / "x.svg"
    code, _, complaint = cnnviz("draw", "vgg11", "--input", "1,16,16", "-o", str(path))
    assert code == 1
    assert "ends where the network does" in complaint
    assert path.exists()


def test_an_svg_tells_exact_numbers_where_a_person_points():
    root = ElementTree.fromstring(draw(LENET))
    hints = [title.text for title in root.iterfind(".//{*}g/{*}title")]
    assert any(
        "3 · Conv2d(out_channels=16, kernel_size=5)\n6×14×14 → 16×10×10\n2,416 parameters" in hint for hint in hints
    )


def test_what_is_told_is_escaped_and_stands_once_for_all_shapes_of_a_layer():
    shapes = (Text((0, 0), "a", owner="0"), Text((0, 20), "b", owner="0"), Text((0, 40), "c", owner="1"))
    root = ElementTree.fromstring(svg(Scene(shapes), hints={"0": '<b>&"'}))
    assert [title.text for title in root.iterfind(".//{*}g/{*}title")] == ['<b>&"']
    assert [text.text for text in root.iterfind(".//{*}g/{*}text")] == ["a", "b"]


def test_paper_has_no_marks_to_click():
    assert b"data-fold" not in draw(preset("vgg11"))


def test_volumes_are_drawn_on_a_linear_scale_and_without_windows_where_that_is_asked_for(cnnviz, tmp_path):
    path = tmp_path / "x.svg"
    cnnviz("draw", "lenet", "-o", str(path), "--linear", "--no-windows")
    assert path.read_bytes() == draw(LENET, linear=True, windows="none")
    assert len({draw(LENET), draw(LENET, linear=True), draw(LENET, windows="none"), path.read_bytes()}) == 4


def test_a_single_block_is_opened():
    vgg = preset("vgg11")
    assert b'data-layer="2.2"' not in draw(vgg)
    assert b'data-layer="2.2"' in draw(vgg, toggled={"2"})
