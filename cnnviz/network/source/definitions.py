"""The blocks in plain PyTorch, as a person writes them: `to_source` copies them from this file.

Each returns the modules of the block's layers, so that weights have the same names as in a built network.
"""

from collections.abc import Callable, Mapping

from torch import nn

from cnnviz.network.modules import Concat, Gate, Residual


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Sequential:
    """VGG's block: 3×3 convolutions with ReLU, then a pool that halves the map."""
    layers: list[nn.Module] = []
    for _ in range(num_convs):
        layers += [nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(kernel_size=2, stride=2))


def nin_block(
    in_channels: int,
    out_channels: int,
    *,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> nn.Sequential:
    """Network in Network's block: a convolution and two 1×1 convolutions, each with ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride=stride, padding=padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )


def inception(in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> nn.Sequential:
    """GoogLeNet's block: 1×1, 3×3 and 5×5 convolutions and a pool side by side, joined on channels."""
    return nn.Sequential(
        Concat(
            nn.Sequential(nn.Conv2d(in_channels, c1, kernel_size=1), nn.ReLU()),
            nn.Sequential(
                nn.Conv2d(in_channels, c2[0], kernel_size=1),
                nn.ReLU(),
                nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1),
                nn.ReLU(),
            ),
            nn.Sequential(
                nn.Conv2d(in_channels, c3[0], kernel_size=1),
                nn.ReLU(),
                nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2),
                nn.ReLU(),
            ),
            nn.Sequential(
                nn.MaxPool2d(kernel_size=3, stride=1, padding=1),
                nn.Conv2d(in_channels, c4, kernel_size=1),
                nn.ReLU(),
            ),
        )
    )


def fire(in_channels: int, *, squeeze_channels: int, expand_channels: int) -> nn.Sequential:
    """SqueezeNet's block: a narrow 1×1 convolution, then 1×1 and 3×3 convolutions joined on channels."""
    return nn.Sequential(
        nn.Conv2d(in_channels, squeeze_channels, kernel_size=1),
        nn.ReLU(),
        Concat(
            nn.Sequential(nn.Conv2d(squeeze_channels, expand_channels, kernel_size=1), nn.ReLU()),
            nn.Sequential(nn.Conv2d(squeeze_channels, expand_channels, kernel_size=3, padding=1), nn.ReLU()),
        ),
    )


def residual_block(
    in_channels: int, out_channels: int, *, stride: int = 1, bias: bool = False, shortcut_norm: bool = True
) -> nn.Sequential:
    """ResNet's block: two 3×3 convolutions, added to the input, or to a 1×1 convolution of it where shapes differ."""
    body = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=bias),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=bias),
        nn.BatchNorm2d(out_channels),
    )
    if stride == 1 and in_channels == out_channels:
        return nn.Sequential(Residual(body), nn.ReLU())
    shortcut = nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=bias))
    if shortcut_norm:
        shortcut.append(nn.BatchNorm2d(out_channels))
    return nn.Sequential(Residual(body, shortcut), nn.ReLU())


def bottleneck(in_channels: int, *, channels: int, stride: int = 1, expansion: int = 4) -> nn.Sequential:
    """The block of deep ResNets: 1×1, 3×3 and 1×1 convolutions, added as in `residual_block`."""
    out_channels = channels * expansion
    body = nn.Sequential(
        nn.Conv2d(in_channels, channels, kernel_size=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, channels, kernel_size=3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, out_channels, kernel_size=1, bias=False),
        nn.BatchNorm2d(out_channels),
    )
    if stride == 1 and in_channels == out_channels:
        return nn.Sequential(Residual(body), nn.ReLU())
    shortcut = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )
    return nn.Sequential(Residual(body, shortcut), nn.ReLU())


def dense_block(
    in_channels: int, *, num_layers: int, growth_rate: int, bottleneck: int | None = None, bias: bool = False
) -> nn.Sequential:
    """DenseNet's block: every layer's output is joined to its input on channels."""
    blocks = []
    for _ in range(num_layers):
        layers: list[nn.Module] = []
        channels = in_channels
        if bottleneck is not None:
            channels = bottleneck * growth_rate
            layers += [
                nn.BatchNorm2d(in_channels),
                nn.ReLU(),
                nn.Conv2d(in_channels, channels, kernel_size=1, bias=bias),
            ]
        layers += [
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1, bias=bias),
        ]
        blocks.append(Concat(nn.Sequential(), nn.Sequential(*layers)))
        in_channels += growth_rate
    return nn.Sequential(*blocks)


def transition(in_channels: int, out_channels: int | None = None, *, bias: bool = False) -> nn.Sequential:
    """What stands between dense blocks: half the channels, or as many as given, then half the size by a pool."""
    if out_channels is None:
        out_channels = max(1, in_channels // 2)
    return nn.Sequential(
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=bias),
        nn.AvgPool2d(kernel_size=2, stride=2),
    )


def depthwise_separable(in_channels: int, out_channels: int, *, stride: int = 1) -> nn.Sequential:
    """MobileNet's block: a 3×3 filter for each channel, then a 1×1 convolution that mixes them."""
    return nn.Sequential(
        nn.Conv2d(in_channels, in_channels, kernel_size=3, stride=stride, padding=1, groups=in_channels, bias=False),
        nn.BatchNorm2d(in_channels),
        nn.ReLU(),
        nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


def inverted_residual(in_channels: int, out_channels: int, *, stride: int = 1, expand_ratio: int = 6) -> nn.Sequential:
    """MobileNetV2's block: widen, filter each channel, narrow, and add the input where shapes are equal."""
    hidden = in_channels * expand_ratio
    layers: list[nn.Module] = []
    if expand_ratio != 1:
        layers += [nn.Conv2d(in_channels, hidden, kernel_size=1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6()]
    layers += [
        nn.Conv2d(hidden, hidden, kernel_size=3, stride=stride, padding=1, groups=hidden, bias=False),
        nn.BatchNorm2d(hidden),
        nn.ReLU6(),
        nn.Conv2d(hidden, out_channels, kernel_size=1, bias=False),
        nn.BatchNorm2d(out_channels),
    ]
    body = nn.Sequential(*layers)
    return nn.Sequential(Residual(body)) if stride == 1 and in_channels == out_channels else body


def squeeze_excite(in_channels: int, *, reduction: int = 16) -> nn.Sequential:
    """Scales each channel by a share computed from the means of all channels."""
    squeezed = max(1, in_channels // reduction)
    return nn.Sequential(
        Gate(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(in_channels, squeezed, kernel_size=1),
                nn.ReLU(),
                nn.Conv2d(squeezed, in_channels, kernel_size=1),
                nn.Sigmoid(),
            )
        )
    )


FUNCTIONS: Mapping[str, Callable[..., nn.Sequential]] = {
    "VGGBlock": vgg_block,
    "NiNBlock": nin_block,
    "Inception": inception,
    "Fire": fire,
    "ResidualBlock": residual_block,
    "Bottleneck": bottleneck,
    "DenseBlock": dense_block,
    "Transition": transition,
    "DepthwiseSeparable": depthwise_separable,
    "InvertedResidual": inverted_residual,
    "SqueezeExcite": squeeze_excite,
}
"""The function of each block kind."""

CLASSES: Mapping[str, type[nn.Module]] = {"Residual": Residual, "Concat": Concat, "Gate": Gate}
"""The class of each container that PyTorch has none for."""
