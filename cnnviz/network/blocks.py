"""Blocks: kinds that stand for several layers, each a function from its parameters to those layers."""

from cnnviz.network.spec import Layer


def vgg_block(*, num_convs: int, out_channels: int) -> tuple[Layer, ...]:
    """Return VGG's block: 3×3 convolutions that keep the size, then a pool that halves it.

    Source: Simonyan and Zisserman 2014, as `vgg_block` in *Dive into Deep Learning*.
    """
    conv = Layer("Conv2d", {"out_channels": out_channels, "kernel_size": 3, "padding": 1})
    return (conv, Layer("ReLU")) * num_convs + (Layer("MaxPool2d", {"kernel_size": 2, "stride": 2}),)
