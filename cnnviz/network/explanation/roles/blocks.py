"""What is taught of blocks: what each was invented for, in the numbers of the one at hand."""

from collections.abc import Iterator, Mapping

from cnnviz.formatting import capitalized, plural, shape_text
from cnnviz.network.checks import pair, whole
from cnnviz.network.explanation.lesson import Lesson
from cnnviz.network.explanation.records import Formula
from cnnviz.network.explanation.roles.containers import joined_channels
from cnnviz.network.explanation.terms import number
from cnnviz.network.explanation.writing import article, change_text, formula, output
from cnnviz.network.infer import Node
from cnnviz.network.spec import Value

Sentences = tuple[str, str]


def _count(node: Node, name: str) -> int:
    return whole(node.params[name])


def _shortened(value: Value) -> tuple[int, int]:
    assert isinstance(value, tuple)
    return value[0], value[1]


def _vgg(node: Node) -> Sentences:
    convolutions, channels = _count(node, "num_convs"), _count(node, "out_channels")
    side = 2 * convolutions + 1
    window = (
        f"Stacked, the {convolutions} small windows see {side}×{side} pixels with {convolutions}·9 = "
        f"{9 * convolutions} weights for each pair of channels, where one large window has {side**2}."
        if convolutions > 1
        else "The small window sees 3×3 pixels, and the pool then keeps the largest of each 2×2."
    )
    with_relu = "each with ReLU" if convolutions > 1 else "with ReLU"
    return (
        f"{plural(convolutions, 'convolution')} of 3×3 to {plural(channels, 'channel')}, {with_relu}, and a pool "
        f"that halves the map: {change_text(node.input_shape, output(node))}.",
        window,
    )


def _nin(node: Node) -> Sentences:
    channels, kernel = _count(node, "out_channels"), shape_text(pair(node.params["kernel_size"]))
    return (
        f"{capitalized(article(kernel))} {kernel} convolution to {plural(channels, 'channel')}, and two 1×1 "
        "convolutions that work on each pixel by itself, like a small network: "
        f"{change_text(node.input_shape, output(node))}.",
        f"The 1×1 convolutions mix channels without looking at neighbours, with {channels:,}·{channels:,} = "
        f"{channels**2:,} weights each.",
    )


def _inception(node: Node) -> Sentences:
    narrow = [_shortened(node.params[name])[0] for name in ("c2", "c3")]
    return (
        "Looks at the same map through 1×1, 3×3 and 5×5 windows and a pool side by side, and puts what they find "
        f"together: {change_text(node.input_shape, output(node))}.",
        f"Before the 3×3 and 5×5 windows, 1×1 convolutions turn the {plural(node.input_shape[0], 'channel')} into "
        f"{narrow[0]:,} and {narrow[1]:,}, which decides what these windows cost.",
    )


def _fire(node: Node) -> Sentences:
    narrow, each = _count(node, "squeeze_channels"), _count(node, "expand_channels")
    return (
        f"Squeezes {plural(node.input_shape[0], 'channel')} into {narrow:,}, and expands these by 1×1 and 3×3 "
        f"convolutions side by side: {change_text(node.input_shape, output(node))}.",
        f"Each of the {each:,} 3×3 filters so has 9·{narrow:,} = {9 * narrow:,} weights, where on the input it would "
        f"have {9 * node.input_shape[0]:,}.",
    )


def _joined(node: Node) -> Iterator[Formula]:
    """The channels that the block's only Concat makes of its branches."""
    (concat,) = (each for each in node.parts[0] if each.layer.kind == "Concat")
    yield formula("Channels", joined_channels(concat), rule="the sum over the branches")


def _residual(node: Node) -> Sentences:
    return f"Two 3×3 convolutions work out a change, which is added to {_added_to(node)}.", _why_added(node)


def _added_to(node: Node) -> str:
    (residual,) = (each for each in node.parts[0] if each.layer.kind == "Residual")
    if len(residual.parts) == 1:
        return f"the input: {change_text(node.input_shape, output(node))}"
    return f"the input, which a 1×1 convolution first brings to {shape_text(output(node))}"


def _why_added(node: Node) -> str:
    return "The block has only to learn what should change, and gradients pass it by unhindered."


def _bottleneck(node: Node) -> Sentences:
    narrow, wide = _count(node, "channels"), output(node)[0]
    three = narrow * (node.input_shape[0] + 9 * narrow + wide)
    return (
        f"A 1×1 convolution narrows to {plural(narrow, 'channel')}, a 3×3 one works on these and another 1×1 widens to "
        f"{wide:,}, and the result is added to {_added_to(node)}.",
        f"The three have {three:,} weights; a single 3×3 convolution from {node.input_shape[0]:,} to {wide:,} channels "
        f"would have {9 * node.input_shape[0] * wide:,}.",
    )


def _widened(node: Node) -> Iterator[Formula]:
    wide = number(_count(node, "channels")) * _count(node, "expansion")
    yield formula("Channels", wide, rule="channels · expansion")


def _dense(node: Node) -> Sentences:
    layers, growth = _count(node, "num_layers"), _count(node, "growth_rate")
    return (
        f"{plural(layers, 'layer')}, each of which sees the input and what all layers before it made, and adds "
        f"{plural(growth, 'channel')} of its own.",
        f"Nothing is overwritten: the input's {plural(node.input_shape[0], 'channel')} leave it as they came.",
    )


def _grown(node: Node) -> Iterator[Formula]:
    added = number(_count(node, "num_layers")) * _count(node, "growth_rate")
    yield formula("Channels", number(node.input_shape[0]) + added, rule="channels + layers · growth rate")


def _transition(node: Node) -> Sentences:
    before, after = node.input_shape, output(node)
    return (
        f"A 1×1 convolution turns {plural(before[0], 'channel')} into {after[0]:,}, and a pool of 2×2 means halves the "
        f"map: {change_text(before, after)}.",
        "It stands between dense blocks, whose channels would otherwise grow and grow.",
    )


def _separable(node: Node) -> Sentences:
    before, after = node.input_shape[0], _count(node, "out_channels")
    return (
        f"A 3×3 filter for each of the {plural(before, 'channel')}, then a 1×1 convolution that mixes them into "
        f"{after:,}: {change_text(node.input_shape, output(node))}.",
        f"Looking and mixing apart takes {9 * before:,} + {before * after:,} weights, and one 3×3 convolution that "
        f"does both would have {9 * before * after:,}.",
    )


def _inverted(node: Node) -> Sentences:
    before, after, ratio = node.input_shape[0], _count(node, "out_channels"), _count(node, "expand_ratio")
    hidden = before * ratio
    channels = plural(before, "channel")
    widens = f"Widens {channels} to {hidden:,}, filters each" if ratio > 1 else f"Filters each of {channels}"
    is_added = any(each.layer.kind == "Residual" for each in node.parts[0])
    return (
        f"{widens} by a 3×3 window, mixes these into {after:,}{', and adds the input' if is_added else ''}: "
        f"{change_text(node.input_shape, output(node))}.",
        f"Filtering each channel by itself is cheap: {9 * hidden:,} weights for {plural(hidden, 'channel')}.",
    )


def _hidden(node: Node) -> Iterator[Formula]:
    if (ratio := _count(node, "expand_ratio")) > 1:
        yield formula("Channels inside", number(node.input_shape[0]) * ratio, rule="channels · expand ratio")


def _squeeze(node: Node) -> Sentences:
    channels = node.input_shape[0]
    narrow = max(1, channels // _count(node, "reduction"))
    return (
        f"Takes the mean of each of the {plural(channels, 'channel')} and computes from all of them, through "
        f"{plural(narrow, 'value')}, a share between 0 and 1 for each.",
        "Each channel is multiplied by its share: what matters in this image stays, the rest is damped.",
    )


BLOCKS: Mapping[str, Lesson] = {
    "VGGBlock": Lesson(_vgg),
    "NiNBlock": Lesson(_nin),
    "Inception": Lesson(_inception, _joined),
    "Fire": Lesson(_fire, _joined),
    "ResidualBlock": Lesson(_residual),
    "Bottleneck": Lesson(_bottleneck, _widened),
    "DenseBlock": Lesson(_dense, _grown),
    "Transition": Lesson(_transition),
    "DepthwiseSeparable": Lesson(_separable),
    "InvertedResidual": Lesson(_inverted, _hidden),
    "SqueezeExcite": Lesson(_squeeze),
}
