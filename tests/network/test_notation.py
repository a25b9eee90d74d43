import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import layer_text, parse_layer, parse_shape, parse_width, width_text
from tests.network import strategies
from tests.network.refusals import error_line, read_or_refuse

# Text and back


@pytest.mark.parametrize("kind", LAYERS)
@given(st.data())
def test_a_layers_text_is_read_back_as_the_same_layer(kind, data):
    layer = data.draw(strategies.layers(kind))
    assert parse_layer(layer_text(layer)) == layer


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Conv2d(stride=1, kernel_size=(3, 3), out_channels=8)", "Conv2d(out_channels=8, kernel_size=3)"),
        ("Conv2d(out_channels=8, kernel_size=[3, 5])", "Conv2d(out_channels=8, kernel_size=(3, 5))"),
        ("  MaxPool2d( kernel_size = 2 , stride = None )\n", "MaxPool2d(kernel_size=2)"),
        ("Dropout(p=0.5)", "Dropout()"),
        ("Dropout(p=1)", "Dropout(p=1.0)"),
        ("Residual([ReLU(inplace=False),], [])", "Residual([ReLU()])"),
        (
            "Repeat([Conv2d(kernel_size=(3, 3), out_channels=8)], n=2)",
            "Repeat([Conv2d(out_channels=8, kernel_size=3)], n=2)",
        ),
        ("ZeroPad2d(padding=(1, 1, 1, 1))", "ZeroPad2d(padding=1)"),
        ("ZeroPad2d(padding=[1, 2, 3, 4])", "ZeroPad2d(padding=(1, 2, 3, 4))"),
        ("Unflatten(dim=1, unflattened_size=8)", "Unflatten(dim=1, unflattened_size=(8,))"),
        ("LayerNorm(normalized_shape=[8, 8])", "LayerNorm(normalized_shape=(8, 8))"),
        (
            'Conv2d(out_channels=1, kernel_size=3, padding="same")',
            "Conv2d(out_channels=1, kernel_size=3, padding='same')",
        ),
    ],
)
def test_a_layer_is_written_in_canonical_form(text, canonical):
    assert layer_text(parse_layer(text)) == canonical


@given(st.floats(0, 64, exclude_min=True))
@example(0.25)
@example(1 / 3)
@example(5e-324)
def test_a_width_is_read_back_as_it_was(width):
    assert parse_width(width_text(width)) == width


@pytest.mark.parametrize(("text", "width"), [("0.25", 0.25), ("1/4", 0.25), (" ×1/4 ", 0.25), ("2", 2), ("×2", 2)])
def test_a_width_is_a_number_or_a_fraction(text, width):
    assert parse_width(text) == width


@pytest.mark.parametrize("text", ["", "wide", "1/0", "nan", "inf", "0x1", "1e999"])
def test_a_width_that_is_no_number_is_told(text):
    assert error_line(parse_width, text).startswith(f"width {text!r} must be a number above 0")


def test_a_width_with_a_huge_exponent_is_refused_before_it_is_computed(time_limit):
    with time_limit(1):
        assert error_line(parse_width, "1e9999999").startswith("width '1e9999999' must be a number above 0")


@pytest.mark.parametrize("text", ["1,224,96", "1 × 224 × 96", "[1, 224, 96]", "(1,224,96)", "1x224x96", " 1  224 96 "])
def test_a_shape_is_read_in_any_usual_form(text):
    assert parse_shape(text) == (1, 224, 96)


@pytest.mark.parametrize("text", ["", "1,224", "1,2,3,4", "1,,2", "a,b,c", "1,2.5,3", "-1,2,3", "1" * 10 + ",2,3"])
def test_a_shape_that_is_not_three_whole_numbers_is_told(text):
    assert "must be channels, height and width" in error_line(parse_shape, text)


# One layer that is wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Conv2D(out_channels=1, kernel_size=1)", "there is no layer kind 'Conv2D'; did you mean Conv2d?"),
        ("Quux()", "there is no layer kind 'Quux'; the kinds are Conv2d, ConvTranspose2d"),
        ("Conv2d(out_channels=3, kernel=3)", "Conv2d has no parameter 'kernel'; its parameters are in_channels, out"),
        ("Tanh(inplace=True)", "Tanh has no parameter 'inplace'; it takes none"),
        ("Conv2d(out_channels=3)", "Conv2d needs kernel_size: a whole number from 1 to 1024"),
        ("Dropout(p=0.5, p=0.6)", "Dropout: p is given twice"),
        ("Conv2d(3, 5)", "Conv2d: give parameters by name"),
        ("ReLU(*[True])", "ReLU: give parameters by name"),
        ("ReLU(**{'inplace': True})", "ReLU: give parameters by name"),
        ("Conv2d(out_channels='3', kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=3.0, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=True, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=None, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=0, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not 0"),
        ("Conv2d(out_channels=-1, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=65537, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536"),
        (f"Conv2d(out_channels=0x{'f' * 1900}, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=3, kernel_size=1025)", "Conv2d: kernel_size must be a whole number from 1 to 1024, or a"),
        ("Conv2d(out_channels=3, kernel_size=(1, 2, 3))", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=())", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=(True, 1))", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=((1, 2), 3))", "Conv2d: kernel_size must be"),
        ("MaxPool2d(kernel_size=2, stride=0)", "MaxPool2d: stride must be a whole number from 1 to 1024"),
        (
            "VGGBlock(num_convs=101, out_channels=3)",
            "VGGBlock: num_convs must be a whole number from 1 to 100, not",
        ),
        ("Linear(out_features=1000001)", "Linear: out_features must be a whole number from 1 to 1000000, not 1000001"),
        ("Dropout(p=1.5)", "Dropout: p must be a number from 0 to 1, not 1.5"),
        ("Dropout(p=True)", "Dropout: p must be a number from 0 to 1, not True"),
        ("Dropout(p=1e999)", "Dropout: p must be a number from 0 to 1, not inf"),
        ("Dropout(p=nan)", "Dropout: p must be a plain value"),
        ("Dropout(p=1e999 - 1e999)", "Dropout: p must be a plain value"),
        ("Dropout(p=1+2j)", "Dropout: p must be a plain value"),
        ("Dropout(p={})", "Dropout: p must be a plain value"),
        ("ReLU(inplace=1)", "ReLU: inplace must be True or False, not 1"),
        ("Conv2d(out_channels=2**9, kernel_size=1)", "Conv2d: out_channels must be a plain value"),
        ("Residual(ReLU())", "Residual: give parameters by name"),
        ("Residual([ReLU])", "cannot read 'ReLU' as a layer; write it like ReLU()"),
        ("Residual([ReLU() for i in 3])", "Residual: give parameters by name"),
        ("Residual([*[ReLU()]])", "cannot read '*[ReLU()]' as a layer"),
        ("Residual([[ReLU()]])", "cannot read '[ReLU()]' as a layer"),
        ("Residual()", "Residual holds 1 to 2 lists of layers (body, shortcut), not 0"),
        ("Residual([])", "Residual needs at least one layer in its body"),
        ("Residual([ReLU()], n=2)", "Residual has no parameter 'n'; it takes none"),
        ("Repeat([ReLU()])", "Repeat needs n: a whole number from 1 to 1000"),
        ("Sequential([ReLU()], [ReLU()])", "Sequential holds 1 list of layers (layers), not 2"),
        ("ReLU([Tanh()])", "ReLU holds no layers of its own"),
        ("Concat([], [Tanh(), Gate([Foo()])])", "there is no layer kind 'Foo'"),
        ("Sequential([" * 21 + "ReLU()" + "])" * 21, "containers can be nested 20 deep, and this is deeper"),
        ("Sequential([" * 5000 + "ReLU()" + "])" * 5000, "cannot read 'Sequential([Sequential("),
        (f"Dropout(p={'-' * 90_000}1)", "cannot read 'Dropout(p=---"),
        (f"Dropout(p={'1+' * 45_000}1j)", "cannot read 'Dropout(p=1+1+"),
        (f"a{'.b' * 30_000}()", "cannot read 'a.b.b.b"),
        (f"Dropout(p=({'1,' * 45_000}))", "Dropout: p must be a number from 0 to 1, not (1, 1, 1, "),
        (f"Concat({'[],' * 30_000})", "Concat holds 2 to 64 lists of layers, not 30000"),
        ("Conv2d(out_channels=1, kernel_size=3, padding='Same')", "Conv2d: padding must be a whole number from 0 to"),
        ("Conv2d(out_channels=1, kernel_size=3, padding=('same', 1))", "Conv2d: padding must be a whole number"),
        ("GELU(approximate='tan')", "GELU: approximate must be 'none' or 'tanh', not 'tan'"),
        ("Unflatten(dim=1, unflattened_size=(1, 2, 3, 4, 5))", "Unflatten: unflattened_size must be a tuple of 1 to 4"),
        ("ZeroPad2d(padding=(1, 2))", "ZeroPad2d: padding must be a whole number from 0 to 1024, or four of them"),
        ("Upsample(align_corners=1)", "Upsample: align_corners must be True or False or None, not 1"),
        ("BatchNorm2d(eps=0)", "BatchNorm2d: eps must be a number from 1e-12 to 1, not 0"),
        ("__import__('os')", "__import__: give parameters by name"),
        ("nn.ReLU()", "cannot read 'nn.ReLU()' as a layer"),
        ("ReLU", "cannot read 'ReLU' as a layer; write it like ReLU()"),
        ("ReLU(", "cannot read 'ReLU(' as a layer"),
        ("ReLU() ReLU()", "cannot read 'ReLU() ReLU()' as a layer"),
        ("lambda: 0", "cannot read 'lambda: 0' as a layer"),
        ("", "cannot read '' as a layer"),
        ("\0", "cannot read '\\x00' as a layer"),
        ("\ud800()", "cannot read"),
        (f"Dropout(p={'(' * 900}1{')' * 900})", "cannot read"),
        (f"Dropout(p={'-' * 1900}1)", "Dropout: p must be a plain value"),
        (f"ReLU({' ' * 100_000})", "a layer's text can have 100,000 characters, this has 100,006"),
    ],
)
def test_a_wrong_layer_is_told_with_its_place(text, message):
    assert error_line(parse_layer, text).startswith(message)


def test_nothing_in_a_layers_text_is_executed(tmp_path):
    trace = tmp_path / "trace"
    for call in (f"__import__('os').mkdir({str(trace)!r})", f"open({str(trace)!r}, 'w')"):
        assert "must be a plain value" in error_line(parse_layer, f"ReLU(inplace={call})")
        assert "cannot read" in error_line(parse_layer, call) or "by name" in error_line(parse_layer, call)
    assert not trace.exists()


ARGUMENTS = st.text("pkernl_sizeotu=,()[]{}0123.-+'\"jeTrue* ", max_size=40)
CALLS = st.builds("{}({})".format, st.sampled_from([*LAYERS, "Foo"]), ARGUMENTS)


@given(st.text() | CALLS)
@example("Dropout(p=1if 1else 2)")
def test_random_text_is_a_layer_or_a_spec_error(text):
    if layer := read_or_refuse(parse_layer, text):
        assert parse_layer(layer_text(layer)) == layer
