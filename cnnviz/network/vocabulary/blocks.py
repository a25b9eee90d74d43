"""Kinds that stand for several layers."""

from collections.abc import Callable, Mapping

from cnnviz.network import blocks, checks
from cnnviz.network.kinds import LayerKind
from cnnviz.network.params import Param, channels, count, flag, size
from cnnviz.network.spec import Layer

_STRIDE = count("Stride of the 3×3 convolution; 2 halves the map", default=1, high=1024)
_BIAS = flag("Give the convolutions a bias", default=False)
_OUT_CHANNELS = channels("Channels that come out", initial=64)


def _block(
    help_: str, expand: Callable[..., tuple[Layer, ...]], features: str | None = "out_channels", **params: Param
) -> LayerKind:
    return LayerKind("block", help_, params, (checks.takes_a_map,), features=features, expand=expand)


BLOCKS: Mapping[str, LayerKind] = {
    "VGGBlock": _block(
        "VGG's block: 3×3 convolutions with ReLU, then a pool that halves the map.",
        blocks.vgg_block,
        num_convs=count("Number of 3×3 convolutions, each followed by ReLU", initial=2, high=100),
        out_channels=channels("Channels of every convolution in the block", initial=128),
    ),
    "NiNBlock": _block(
        "Network in Network's block: a convolution and two 1×1 convolutions, each with ReLU.",
        blocks.nin_block,
        out_channels=channels("Channels of every convolution in the block", initial=96),
        kernel_size=size("Height and width of the first convolution's window", initial=3),
        stride=size("Stride of the first convolution", default=1),
        padding=size("Padding of the first convolution", default=0, low=0),
    ),
    "Inception": _block(
        "GoogLeNet's block: 1×1, 3×3 and 5×5 convolutions and a pool side by side, joined on channels.",
        blocks.inception,
        features=None,
        c1=channels("Channels of the 1×1 branch", initial=64),
        c2=channels("Channels of the 3×3 branch: of its 1×1, then of its 3×3 convolution", initial=64, length=2),
        c3=channels("Channels of the 5×5 branch: of its 1×1, then of its 5×5 convolution", initial=32, length=2),
        c4=channels("Channels of the 1×1 convolution after the pool", initial=32),
    ),
    "Fire": _block(
        "SqueezeNet's block: a narrow 1×1 convolution, then 1×1 and 3×3 convolutions joined on channels.",
        blocks.fire,
        features=None,
        squeeze_channels=channels("Channels of the first 1×1 convolution", initial=16),
        expand_channels=channels("Channels of each of the two branches", initial=64),
    ),
    "ResidualBlock": _block(
        "ResNet's block: two 3×3 convolutions whose result is added to the input.",
        blocks.residual_block,
        out_channels=_OUT_CHANNELS,
        stride=count("Stride of the first convolution and of the shortcut; 2 halves the map", default=1, high=1024),
        bias=_BIAS,
        shortcut_norm=flag("Normalise the shortcut's 1×1 convolution too", default=True),
    ),
    "Bottleneck": _block(
        "The block of deep ResNets: 1×1, 3×3 and 1×1 convolutions whose result is added to the input.",
        blocks.bottleneck,
        features=None,
        channels=channels("Channels of the first two convolutions", initial=64),
        stride=_STRIDE,
        expansion=count("Channels that come out, by channels inside", default=4, high=64),
    ),
    "DenseBlock": _block(
        "DenseNet's block: every layer sees the outputs of all layers before it.",
        blocks.dense_block,
        features=None,
        num_layers=count("Number of layers, each joined to its input", initial=4, high=200),
        growth_rate=channels("Channels that each layer adds", initial=32),
        bottleneck=count(
            "Width of a 1×1 convolution before each 3×3 one, in growth rates; none when left out",
            default=None,
            high=64,
            when_none="none",
        ),
        bias=_BIAS,
    ),
    "Transition": _block(
        "What stands between dense blocks: fewer channels by a 1×1 convolution, then half the size by a pool.",
        blocks.transition,
        out_channels=channels("Channels that come out", initial=None, default=None, when_none="half"),
        bias=_BIAS,
    ),
    "DepthwiseSeparable": _block(
        "MobileNet's block: a 3×3 filter for each channel, then a 1×1 convolution that mixes them.",
        blocks.depthwise_separable,
        out_channels=_OUT_CHANNELS,
        stride=_STRIDE,
    ),
    "InvertedResidual": _block(
        "MobileNetV2's block: widen by a 1×1 convolution, filter each channel, narrow, and add the input.",
        blocks.inverted_residual,
        out_channels=_OUT_CHANNELS,
        stride=_STRIDE,
        expand_ratio=count("Channels inside, by channels of the input", default=6, high=64),
    ),
    "SqueezeExcite": _block(
        "Scales each channel by a share computed from the means of all channels.",
        blocks.squeeze_excite,
        features=None,
        reduction=count("Channels of the input, by channels of the narrow layer", default=16),
    ),
}
