"""Blocks: kinds that stand for several layers, each a function from its parameters to those layers.

Each is given the channels of its input first, for what follows from them.
"""

from cnnviz.network.spec import Layer, Value

Layers = tuple[Layer, ...]

_RELU = Layer("ReLU")
_NORM = Layer("BatchNorm2d")


def vgg_block(in_channels: int, *, num_convs: int, out_channels: int) -> Layers:
    """Return VGG's block: 3×3 convolutions that keep the size, then a pool that halves it.

    Source: Simonyan and Zisserman 2014, as `vgg_block` in *Dive into Deep Learning*.
    """
    return (_conv(out_channels, 3, padding=1), _RELU) * num_convs + (_pool("MaxPool2d", 2, stride=2),)


def nin_block(in_channels: int, *, out_channels: int, kernel_size: Value, stride: Value, padding: Value) -> Layers:
    """Return the block of Network in Network: a convolution, then two 1×1 convolutions as a network for each pixel.

    Source: Lin, Chen and Yan 2013, as `nin_block` in *Dive into Deep Learning*.
    """
    first = _conv(out_channels, kernel_size, stride=stride, padding=padding)
    return (first, _RELU, *(_conv(out_channels, 1), _RELU) * 2)


def inception(in_channels: int, *, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> Layers:
    """Return GoogLeNet's block: four branches side by side, joined on channels.

    Source: Szegedy et al. 2014, as `Inception` in *Dive into Deep Learning*.
    """
    branches: tuple[Layers, ...] = (
        (_conv(c1, 1), _RELU),
        (_conv(c2[0], 1), _RELU, _conv(c2[1], 3, padding=1), _RELU),
        (_conv(c3[0], 1), _RELU, _conv(c3[1], 5, padding=2), _RELU),
        (_pool("MaxPool2d", 3, stride=1, padding=1), _conv(c4, 1), _RELU),
    )
    return (Layer("Concat", parts=branches),)


def fire(in_channels: int, *, squeeze_channels: int, expand_channels: int) -> Layers:
    """Return SqueezeNet's block: a narrow 1×1 convolution, then 1×1 and 3×3 convolutions side by side.

    Source: Iandola et al. 2016.
    """
    expand: tuple[Layers, ...] = (
        (_conv(expand_channels, 1), _RELU),
        (_conv(expand_channels, 3, padding=1), _RELU),
    )
    return (_conv(squeeze_channels, 1), _RELU, Layer("Concat", parts=expand))


def residual_block(in_channels: int, *, out_channels: int, stride: int, bias: bool, shortcut_norm: bool) -> Layers:
    """Return ResNet's block: two 3×3 convolutions, added to the input.

    Source: He et al. 2015. With `bias` and without `shortcut_norm` it is `Residual` of *Dive into Deep Learning*,
    else torchvision's `BasicBlock`.
    """
    body = (
        _conv(out_channels, 3, stride=stride, padding=1, bias=bias),
        _NORM,
        _RELU,
        _conv(out_channels, 3, padding=1, bias=bias),
        _NORM,
    )
    return _added(body, in_channels, out_channels, stride=stride, bias=bias, norm=shortcut_norm)


def bottleneck(in_channels: int, *, channels: int, stride: int, expansion: int) -> Layers:
    """Return the block of deep ResNets: 1×1, 3×3 and 1×1 convolutions, added to the input.

    Source: He et al. 2015, with the stride in the 3×3 convolution as in torchvision's `Bottleneck`.
    """
    out_channels = channels * expansion
    body = (
        *(_conv(channels, 1, bias=False), _NORM, _RELU),
        *(_conv(channels, 3, stride=stride, padding=1, bias=False), _NORM, _RELU),
        *(_conv(out_channels, 1, bias=False), _NORM),
    )
    return _added(body, in_channels, out_channels, stride=stride, bias=False, norm=True)


def _added(body: Layers, in_channels: int, out_channels: int, *, stride: int, bias: bool, norm: bool) -> Layers:
    """Return a body added to its input, through a 1×1 convolution where the shapes differ, then ReLU."""
    if stride == 1 and in_channels == out_channels:
        return (Layer("Residual", parts=(body,)), _RELU)
    shortcut = (_conv(out_channels, 1, stride=stride, bias=bias), *((_NORM,) if norm else ()))
    return (Layer("Residual", parts=(body, shortcut)), _RELU)


def dense_block(in_channels: int, *, num_layers: int, growth_rate: int, bottleneck: int | None, bias: bool) -> Layers:
    """Return DenseNet's block: each layer's output is joined to its input on channels.

    Source: Huang et al. 2016. Without `bottleneck` it is `DenseBlock` of *Dive into Deep Learning*.
    """
    narrow = (_NORM, _RELU, _conv(bottleneck * growth_rate, 1, bias=bias)) if bottleneck else ()
    body = (*narrow, _NORM, _RELU, _conv(growth_rate, 3, padding=1, bias=bias))
    return (Layer("Concat", parts=((), body)),) * num_layers


def transition(in_channels: int, *, out_channels: int | None, bias: bool) -> Layers:
    """Return what stands between dense blocks: a 1×1 convolution to fewer channels, and a pool that halves the map.

    Source: Huang et al. 2016, as `transition_block` in *Dive into Deep Learning*.
    """
    conv = _conv(out_channels or max(1, in_channels // 2), 1, bias=bias)
    return (_NORM, _RELU, conv, _pool("AvgPool2d", 2, stride=2))


def depthwise_separable(in_channels: int, *, out_channels: int, stride: Value) -> Layers:
    """Return MobileNet's block: a 3×3 filter for each channel, then a 1×1 convolution that mixes the channels.

    Source: Howard et al. 2017.
    """
    depthwise = _conv(in_channels, 3, stride=stride, padding=1, groups=in_channels, bias=False)
    return (depthwise, _NORM, _RELU, _conv(out_channels, 1, bias=False), _NORM, _RELU)


def inverted_residual(in_channels: int, *, out_channels: int, stride: int, expand_ratio: int) -> Layers:
    """Return MobileNetV2's block: widen, filter each channel, narrow; added to the input where shapes are equal.

    Source: Sandler et al. 2018, as torchvision's `InvertedResidual`.
    """
    hidden, relu = in_channels * expand_ratio, Layer("ReLU6")
    widen = () if expand_ratio == 1 else (_conv(hidden, 1, bias=False), _NORM, relu)
    body = (
        *widen,
        *(_conv(hidden, 3, stride=stride, padding=1, groups=hidden, bias=False), _NORM, relu),
        *(_conv(out_channels, 1, bias=False), _NORM),
    )
    return (Layer("Residual", parts=(body,)),) if stride == 1 and in_channels == out_channels else body


def squeeze_excite(in_channels: int, *, reduction: int) -> Layers:
    """Return a gate for each channel, computed from the means of all channels.

    Source: Hu et al. 2017.
    """
    gate = (
        Layer("AdaptiveAvgPool2d", {"output_size": 1}),
        *(_conv(max(1, in_channels // reduction), 1), _RELU),
        *(_conv(in_channels, 1), Layer("Sigmoid")),
    )
    return (Layer("Gate", parts=(gate,)),)


def _conv(out_channels: int, kernel_size: Value, **params: Value) -> Layer:
    return Layer("Conv2d", {"out_channels": out_channels, "kernel_size": kernel_size, **params})


def _pool(kind: str, kernel_size: int, **params: Value) -> Layer:
    return Layer(kind, {"kernel_size": kernel_size, **params})
