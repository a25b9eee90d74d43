"""Networks that do not fit, as people really bring them: each with the layer that fails and a fix that works.

`asked` is what PyTorch tells them for two images, the words that they search for; `source` is where one of them asked.
"""

from dataclasses import dataclass

from cnnviz.network.document import parse
from cnnviz.network.spec import Network

CONV1 = "Conv2d(in_channels=1, out_channels=16, kernel_size=5, padding=2)"
CONV2 = "Conv2d(in_channels=16, out_channels=32, kernel_size=5, padding=2)"
POOL = "MaxPool2d(kernel_size=2)"


@dataclass(frozen=True)
class Broken:
    """A network that does not fit, the path of the layer that fails, and the title of a fix that makes all of it work.

    `asked` is part of PyTorch's message, or empty where PyTorch takes what was not meant.
    """

    name: str
    input_shape: tuple[int, int, int]
    layers: tuple[str, ...]
    path: str
    asked: str
    fix: str
    source: str = ""
    width: float = 1.0

    @property
    def network(self) -> Network:
        """The network as it was brought."""
        lines = "".join(f"  - {layer}\n" for layer in self.layers)
        text = f"name: {self.name}\nwidth: {self.width}\ninput_shape: {list(self.input_shape)}\nlayers:\n{lines}"
        return parse(text)


def conv(in_channels: int, out_channels: int, kernel_size: int = 3, **params: object) -> str:
    more = "".join(f", {name}={value!r}" for name, value in params.items())
    return f"Conv2d(in_channels={in_channels}, out_channels={out_channels}, kernel_size={kernel_size}{more})"


FEATURES = (
    Broken(
        "in_features counted by hand",  # 28 → 28 → 14 → 14 → 7: 32·7·7 = 1568
        (1, 28, 28),
        (CONV1, "ReLU()", POOL, CONV2, "ReLU()", POOL, "Flatten()", "Linear(in_features=1050, out_features=10)"),
        "7",
        "mat1 and mat2 shapes cannot be multiplied (2x1568 and 1050x10)",
        "Set in_features=1568 in layer 7 (Linear)",
        "https://androidkt.com/fix-runtimeerror-mat1-and-mat2-shapes-cannot-be-multiplied/",
    ),
    Broken(
        "LeNet written for 32 pixels, given 28",  # 28 → 24 → 12 → 8 → 4: 16·4·4 = 256
        (1, 28, 28),
        (
            *(conv(1, 6, 5), "ReLU()", POOL, conv(6, 16, 5), "ReLU()", POOL, "Flatten()"),
            *("Linear(in_features=400, out_features=120)", "ReLU()", "Linear(in_features=120, out_features=10)"),
        ),
        "7",
        "mat1 and mat2 shapes cannot be multiplied (2x256 and 400x120)",
        "Give the input 32×32 pixels (1×32×32 instead of 1×28×28)",
    ),
    Broken(
        "AlexNet written for 224 pixels, given 160",
        (3, 160, 160),
        (
            *(conv(3, 64, 11, stride=4, padding=2), "ReLU()", "MaxPool2d(kernel_size=3, stride=2)"),
            *(conv(64, 192, 5, padding=2), "ReLU()", "MaxPool2d(kernel_size=3, stride=2)"),
            *(conv(192, 384, padding=1), "ReLU()", conv(384, 256, padding=1), "ReLU()"),
            *(conv(256, 256, padding=1), "ReLU()", "MaxPool2d(kernel_size=3, stride=2)", "Flatten()"),
            *("Dropout()", "Linear(in_features=9216, out_features=4096)", "ReLU()"),
            "Linear(in_features=4096, out_features=1000)",
        ),
        "15",
        "mat1 and mat2 shapes cannot be multiplied (2x4096 and 9216x4096)",  # 39 → 19 → 9 → 4: 256·4·4
        "Insert AdaptiveAvgPool2d(output_size=6) before layer 13 (Flatten)",
    ),
    Broken(
        "VGG's head with a larger image",  # 256 / 32 = 8: 512·8·8 = 32768
        (3, 256, 256),
        (
            *(f"VGGBlock(num_convs=2, out_channels={channels})" for channels in (64, 128, 256, 512, 512)),
            *("Flatten()", "Linear(in_features=25088, out_features=4096)", "ReLU()", "Linear(out_features=10)"),
        ),
        "6",
        "mat1 and mat2 shapes cannot be multiplied (2x32768 and 25088x4096)",
        "Insert AdaptiveAvgPool2d(output_size=7) before layer 5 (Flatten)",
    ),
    Broken(
        "Flatten forgotten, features right",  # 28 → 24 → 12 → 8 → 4
        (1, 28, 28),
        (conv(1, 6, 5), POOL, conv(6, 16, 5), POOL, "Linear(in_features=256, out_features=10)"),
        "4",
        "mat1 and mat2 shapes cannot be multiplied (128x4 and 256x10)",
        "Insert Flatten() before layer 4 (Linear)",
    ),
    Broken(
        "Flatten forgotten, features wrong",  # 56 → 28 → 28 → 14 → 15 → 7: 64·7·7, written for 128
        (1, 56, 56),
        (
            *(conv(1, 16, padding=1), "ReLU()", POOL, conv(16, 32, padding=1), "ReLU()", POOL),
            *(conv(32, 64, 2, padding=1), "ReLU()", POOL, "Linear(in_features=128, out_features=4)"),
        ),
        "9",
        "mat1 and mat2 shapes cannot be multiplied (896x7 and 128x4)",
        "Insert Flatten() before layer 9 (Linear) and leave out in_features",
        "https://blog.csdn.net/Learn_signal/article/details/126722129",
    ),
    Broken(
        "global pool without Flatten",
        (3, 32, 32),
        (conv(3, 64), "ReLU()", "AdaptiveAvgPool2d(output_size=1)", "Linear(in_features=64, out_features=10)"),
        "3",
        "mat1 and mat2 shapes cannot be multiplied (128x1 and 64x10)",
        "Insert Flatten() before layer 3 (Linear)",
    ),
    Broken(
        "features of the channels alone, on a map",
        (3, 32, 32),
        (conv(3, 64, padding=1), "ReLU()", POOL, "Linear(in_features=64, out_features=10)"),
        "3",
        "mat1 and mat2 shapes cannot be multiplied (2048x16 and 64x10)",
        "Insert AdaptiveAvgPool2d(output_size=1) and Flatten() before layer 3 (Linear)",
    ),
    Broken(
        "Linear layers that do not follow each other",
        (1, 28, 28),
        ("Flatten()", "Linear(out_features=512)", "ReLU()", "Linear(in_features=256, out_features=10)"),
        "3",
        "mat1 and mat2 shapes cannot be multiplied (2x512 and 256x10)",
        "Set out_features=256 in layer 1 (Linear)",
    ),
)

CHANNELS = (
    Broken(
        "grey images for a colour network",
        (1, 28, 28),
        (conv(3, 64, padding=1), "ReLU()", "AdaptiveAvgPool2d(output_size=1)", "Flatten()", "Linear(out_features=10)"),
        "0",
        "expected input[2, 1, 28, 28] to have 3 channels, but got 1 channels instead",
        "Give the input 3 channels (3×28×28 instead of 1×28×28)",
        "https://github.com/avBuffer/UNet3plus_pth/issues/19",
    ),
    Broken(
        "colour images for a grey network",
        (3, 320, 220),
        (conv(1, 32), "BatchNorm2d(num_features=32)", "ReLU()", "AdaptiveAvgPool2d(output_size=1)", "Flatten()"),
        "0",
        "expected input[2, 3, 320, 220] to have 1 channels, but got 3 channels instead",
        "Leave in_channels=1 out of layer 0 (Conv2d), so that it follows from its input",
        "https://github.com/open-mmlab/mmsegmentation/issues/2330",
    ),
    Broken(
        "channels last",
        (361, 424, 3),
        (conv(3, 10), "PReLU()", POOL, conv(10, 16), "AdaptiveAvgPool2d(output_size=1)", "Flatten()"),
        "0",
        "expected input[2, 361, 424, 3] to have 3 channels, but got 361 channels instead",
        "Give the input's channels first (3×361×424 instead of 361×424×3)",
        "https://github.com/midasklr/facelandmarks/issues/4",
    ),
    Broken(
        "channels last, and nothing that counts them",  # 3 pixels wide: 3 → 1 after the first pool
        (224, 224, 3),
        ("VGGBlock(num_convs=1, out_channels=16)", "VGGBlock(num_convs=1, out_channels=32)", "Flatten()"),
        "1.2",
        "Output size is too small",
        "Give the input's channels first (3×224×224 instead of 224×224×3)",
    ),
    Broken(
        "channels between two convolutions",
        (3, 45, 80),
        (conv(3, 64, padding=1), "ReLU()", conv(128, 64, 1), "ReLU()"),
        "2",
        "expected input[2, 64, 45, 80] to have 128 channels, but got 64 channels instead",
        "Set out_channels=128 in layer 0 (Conv2d)",
        "https://github.com/LinZhuoChen/DUpsampling/issues/13",
    ),
    Broken(
        "every number off by one layer",
        (3, 32, 32),
        (conv(3, 16), conv(32, 32), conv(64, 64), "Flatten()", "Linear(in_features=64, out_features=10)"),
        "1",
        "expected input[2, 16, 30, 30] to have 32 channels, but got 16 channels instead",
        "Leave in_channels and in_features out of all 4 layers that have them",
    ),
    Broken(
        "batch normalisation of other channels",
        (1, 28, 28),
        (conv(1, 256, 4, stride=2, padding=1), "BatchNorm2d(num_features=128)", "LeakyReLU(negative_slope=0.2)"),
        "1",
        "running_mean should contain 256 elements not 128",
        "Set num_features=256 in layer 1 (BatchNorm2d)",
        "https://github.com/pytorch/pytorch/issues/9076",
    ),
    Broken(
        "more groups than channels divide into",  # ShuffleNet at 8 groups
        (3, 56, 56),
        (conv(3, 24, stride=2, padding=1), "ReLU()", conv(24, 96, 1, groups=16)),
        "2",
        "in_channels must be divisible by groups",
        "Set groups=12 in layer 2 (Conv2d), which divides its 24 input and 96 output channels",
        "https://github.com/jaxony/ShuffleNet/issues/5",
    ),
    Broken(
        "depthwise after other channels",
        (3, 32, 32),
        (conv(3, 48, padding=1), "ReLU()", conv(48, 48, padding=1, groups=32), "ReLU()", conv(48, 64, 1)),
        "2",
        "in_channels must be divisible by groups",
        "Set groups=48 in layer 2 (Conv2d), one for each of its 48 channels",
        "https://github.com/iduta/pyconv/issues/6",
    ),
    Broken(
        "grouped convolution with other outputs",
        (64, 16, 16),
        (conv(64, 73, padding=1, groups=2), "ReLU()"),
        "0",
        "out_channels must be divisible by groups",
        "Set out_channels=74 in layer 0 (Conv2d)",
        "https://github.com/iduta/pyconv/issues/6",
    ),
    Broken(
        "groups at a quarter of the width",  # 64 · ¼ = 16 channels, and 32 groups stay 32
        (3, 32, 32),
        (
            "Conv2d(out_channels=64, kernel_size=3, padding=1)",
            "Conv2d(out_channels=128, kernel_size=3, padding=1, groups=32)",
            *("AdaptiveAvgPool2d(output_size=1)", "Flatten()", "Linear(out_features=10)"),
        ),
        "1",
        "in_channels must be divisible by groups",
        "Set groups=16 in layer 1 (Conv2d), which divides its 16 input and 32 output channels",
        width=0.25,
    ),
    Broken(
        "32 groups for 48 channels",
        (3, 32, 32),
        (conv(3, 48), "GroupNorm(num_groups=32, num_channels=48)", "ReLU()"),
        "1",
        "num_channels (48) must be divisible by num_groups (32)",
        "Set num_groups=24 in layer 1 (GroupNorm), which divides its 48 channels",
        "https://github.com/atong01/conditional-flow-matching/issues/161",
    ),
    Broken(
        "8 groups for one channel",
        (256, 24, 24),
        (conv(256, 1, 1), "GroupNorm(num_groups=8, num_channels=1)"),
        "1",
        "num_channels (1) must be divisible by num_groups (8)",
        "Set out_channels=8 in layer 0 (Conv2d), and leave num_channels out of layer 1 (GroupNorm)",
        "https://github.com/Seunggu0305/VLCounter/issues/6",
    ),
    Broken(
        "slopes for other channels",
        (3, 32, 32),
        (conv(3, 32), "PReLU(num_parameters=64)"),
        "1",
        "Mismatch of parameter numbers and input channel size",
        "Set num_parameters=32 in layer 1 (PReLU)",
    ),
    Broken(
        "layer normalisation of a map's channels",
        (3, 64, 64),
        (conv(3, 256, 4, stride=4), "LayerNorm(normalized_shape=256)", "GELU()", conv(256, 64, 1)),
        "1",
        "Given normalized_shape=[256], expected input with shape [*, 256], but got input of size[2, 256, 16, 16]",
        "Use GroupNorm(num_groups=1) for layer 1 (LayerNorm), which has a weight for each of its 256 channels",
        "https://github.com/open-mmlab/mmsegmentation/issues/3809",
    ),
    Broken(
        "layer normalisation written for another size",
        (3, 28, 28),
        (conv(3, 16, padding=1), "LayerNorm(normalized_shape=(16, 32, 32))", "ReLU()"),
        "1",
        "Given normalized_shape=[16, 32, 32], expected input with shape [*, 16, 32, 32]",
        "Set normalized_shape=(16, 28, 28) in layer 1 (LayerNorm)",
    ),
    Broken(
        "pixel shuffle of 63 channels",
        (3, 32, 32),
        (conv(3, 63, padding=1), "PixelShuffle(upscale_factor=4)"),
        "1",
        "input.size(-3)=63 is not divisible by 16",
        "Set out_channels=64 in layer 0 (Conv2d)",
        "https://github.com/Snowfallingplum/SHMT/issues/1",
    ),
    Broken(
        "pixel shuffle of an image",
        (3, 32, 32),
        ("PixelShuffle(upscale_factor=2)",),
        "0",
        "input.size(-3)=3 is not divisible by 4",
        "Insert Conv2d(out_channels=4, kernel_size=1) before layer 0 (PixelShuffle)",
    ),
)

SIZES = (
    Broken(
        "six pools on 32 pixels",  # 32 → 16 → 8 → 4 → 2 → 1
        (3, 32, 32),
        tuple(
            layer
            for channels in (16, 32, 64, 128, 256, 256)
            for layer in (f"Conv2d(out_channels={channels}, kernel_size=3, padding=1)", "ReLU()", POOL)
        ),
        "17",
        "Given input size: (256x1x1). Calculated output size: (256x0x0). Output size is too small",
        "Remove layer 17 (MaxPool2d)",
        "http://www.dtcms.com/a/232276.html",
    ),
    Broken(
        "AlexNet on CIFAR's 32 pixels",
        (3, 32, 32),
        (
            *("Conv2d(out_channels=96, kernel_size=11, stride=4)", "ReLU()", "MaxPool2d(kernel_size=3, stride=2)"),
            *("Conv2d(out_channels=256, kernel_size=5, padding=2)", "ReLU()", "MaxPool2d(kernel_size=3, stride=2)"),
            *("Conv2d(out_channels=384, kernel_size=3, padding=1)", "ReLU()"),
            *("Conv2d(out_channels=384, kernel_size=3, padding=1)", "ReLU()"),
            *("Conv2d(out_channels=256, kernel_size=3, padding=1)", "ReLU()", "MaxPool2d(kernel_size=3, stride=2)"),
            *("Flatten()", "Linear(out_features=4096)", "ReLU()", "Dropout()", "Linear(out_features=10)"),
        ),
        "5",  # 32 → 6 → 2, where its window is 3
        "Given input size: (256x2x2). Calculated output size: (256x0x0). Output size is too small",
        # back from the last pool: 3 ← 7 ← 15 ← 4 · 14 + 11
        "Enlarge the input to at least 67×67 pixels (3×67×67 instead of 3×32×32)",
    ),
    Broken(
        "VGG-11 on MNIST's 28 pixels",  # 28 → 14 → 7 → 3 → 1
        (1, 28, 28),
        (
            *("VGGBlock(num_convs=1, out_channels=64)", "VGGBlock(num_convs=1, out_channels=128)"),
            *("VGGBlock(num_convs=2, out_channels=256)", "VGGBlock(num_convs=2, out_channels=512)"),
            *("VGGBlock(num_convs=2, out_channels=512)", "Flatten()", "Linear(out_features=10)"),
        ),
        "4.4",
        "Given input size: (512x1x1). Calculated output size: (512x0x0). Output size is too small",
        "Enlarge the input to at least 32×32 pixels (1×32×32 instead of 1×28×28)",
    ),
    Broken(
        "VGG-11 at a quarter of the width on 16 pixels",
        (3, 16, 16),
        (
            *("VGGBlock(num_convs=1, out_channels=64)", "VGGBlock(num_convs=1, out_channels=128)"),
            *("VGGBlock(num_convs=2, out_channels=256)", "VGGBlock(num_convs=2, out_channels=512)"),
            *("VGGBlock(num_convs=2, out_channels=512)", "Flatten()", "Linear(out_features=10)"),
        ),
        "4.4",
        "Given input size: (128x1x1). Calculated output size: (128x0x0). Output size is too small",
        "Leave the pool out of layer 4 (VGGBlock)",
        width=0.25,
    ),
    Broken(
        "GoogLeNet's last pool of 7 on a smaller image",  # 96 → 48 → 24 → 12 → 6 → 3
        (3, 96, 96),
        (
            *("Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3)", "ReLU()"),
            *("MaxPool2d(kernel_size=3, stride=2, padding=1)", "Conv2d(out_channels=192, kernel_size=3, padding=1)"),
            *("ReLU()", "MaxPool2d(kernel_size=3, stride=2, padding=1)"),
            *("Inception(c1=64, c2=(96, 128), c3=(16, 32), c4=32)", "MaxPool2d(kernel_size=3, stride=2, padding=1)"),
            *("Inception(c1=192, c2=(96, 208), c3=(16, 48), c4=64)", "MaxPool2d(kernel_size=3, stride=2, padding=1)"),
            *("Inception(c1=256, c2=(160, 320), c3=(32, 128), c4=128)", "AvgPool2d(kernel_size=7)", "Flatten()"),
            "Linear(in_features=832, out_features=10)",
        ),
        "11",
        "Given input size: (832x3x3). Calculated output size: (832x0x0). Output size is too small",
        "Use AdaptiveAvgPool2d(output_size=1) for layer 11 (AvgPool2d), whatever its map's size",
    ),
    Broken(
        "ResNet's last pool of 7 on CIFAR's 32 pixels",  # 32 → 16 → 8 → 8 → 4 → 2 → 1
        (3, 32, 32),
        (
            *("Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)", "BatchNorm2d()", "ReLU()"),
            *("MaxPool2d(kernel_size=3, stride=2, padding=1)", "ResidualBlock(out_channels=64)"),
            *(f"ResidualBlock(out_channels={channels}, stride=2)" for channels in (128, 256, 512)),
            *("AvgPool2d(kernel_size=7)", "Flatten()", "Linear(in_features=512, out_features=10)"),
        ),
        "8",
        "Given input size: (512x1x1). Calculated output size: (512x0x0). Output size is too small",
        "Use AdaptiveAvgPool2d(output_size=1) for layer 8 (AvgPool2d), whatever its map's size",
    ),
    Broken(
        "a discriminator's last window on a small image",  # 49 → 24 → 12 → 6 → 3
        (3, 49, 49),
        (
            *(conv(3, 64, 4, stride=2, padding=1), "LeakyReLU(negative_slope=0.2)"),
            *(conv(64, 128, 4, stride=2, padding=1), "LeakyReLU(negative_slope=0.2)"),
            *(conv(128, 256, 4, stride=2, padding=1), "LeakyReLU(negative_slope=0.2)"),
            *(conv(256, 512, 4, stride=2, padding=1), "LeakyReLU(negative_slope=0.2)", conv(512, 1, 4)),
        ),
        "8",
        "Calculated padded input size per channel: (3 x 3). Kernel size: (4 x 4). Kernel size can't be greater than",
        # 4 ← 8 ← 16 ← 32 ← 64
        "Enlarge the input to at least 64×64 pixels (3×64×64 instead of 3×49×49)",
        "https://github.com/XPixelGroup/BasicSR/issues/249",
    ),
    Broken(
        "a map one column too narrow",  # 430 × 4 → 428 × 2
        (3, 430, 4),
        (conv(3, 16), "ReLU()", conv(16, 32), "ReLU()", "AdaptiveAvgPool2d(output_size=1)"),
        "2",
        "Calculated padded input size per channel: (428 x 2). Kernel size: (3 x 3)",
        "Set padding=1 in layer 2 (Conv2d)",
        "https://github.com/znxlwm/pytorch-CartoonGAN/issues/20",
    ),
    Broken(
        "a large kernel late in the network",  # 28 → 14 → 7 → 3
        (1, 28, 28),
        (conv(1, 8, padding=1), POOL, conv(8, 16, padding=1), POOL, conv(16, 32, padding=1), POOL, conv(32, 64, 5)),
        "6",
        "Calculated padded input size per channel: (3 x 3). Kernel size: (5 x 5)",
        "Set kernel_size=3 in layer 6 (Conv2d)",
    ),
    Broken(
        "dilation wider than the map",
        (256, 14, 14),
        (conv(256, 64, dilation=18), "ReLU()"),
        "0",
        "Calculated padded input size per channel: (14 x 14). Kernel size: (37 x 37)",
        "Set dilation=1 in layer 0 (Conv2d)",
    ),
    Broken(
        "a block's first window in a block kind",  # 64 → 14 → 6 → 2
        (3, 64, 64),
        (
            *("NiNBlock(out_channels=96, kernel_size=11, stride=4)", "MaxPool2d(kernel_size=3, stride=2)"),
            *("NiNBlock(out_channels=256, kernel_size=5)", "NiNBlock(out_channels=384, kernel_size=3)"),
            *("AdaptiveAvgPool2d(output_size=1)", "Flatten()"),
        ),
        "3.0",
        "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3)",
        "Set padding=1 in layer 3 (NiNBlock)",
    ),
    Broken(
        "one repetition too many",  # 32 → 16 → 8 → 4 → 2 → 1
        (3, 32, 32),
        (
            "Repeat([Conv2d(out_channels=32, kernel_size=3, padding=1), ReLU(), MaxPool2d(kernel_size=2)], n=6)",
            *("Flatten()", "Linear(out_features=10)"),
        ),
        "0.5.2",
        "Output size is too small",
        "Set n=5 in layer 0 (Repeat)",
    ),
    Broken(
        "DenseNet on 16 pixels",  # 16 → 8 → 4 → 2 → 1
        (3, 16, 16),
        (
            *("Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3)", "BatchNorm2d()", "ReLU()"),
            *("MaxPool2d(kernel_size=3, stride=2, padding=1)", "DenseBlock(num_layers=2, growth_rate=32)"),
            *("Transition()", "DenseBlock(num_layers=2, growth_rate=32)", "Transition()"),
            *("DenseBlock(num_layers=2, growth_rate=32)", "Transition()", "AdaptiveAvgPool2d(output_size=1)"),
            *("Flatten()", "Linear(out_features=10)"),
        ),
        "9.3",
        "Output size is too small",
        "Enlarge the input to at least 29×29 pixels (3×29×29 instead of 3×16×16)",
    ),
    Broken(
        "padding same with a stride",
        (3, 64, 64),
        ("Conv2d(out_channels=64, kernel_size=7, stride=2, padding='same')", "ReLU()"),
        "0",
        "padding='same' is not supported for strided convolutions",
        "Set padding=3 in layer 0 (Conv2d)",
        "https://github.com/pytorch/pytorch/issues/67551",
    ),
    Broken(
        "a pool's padding larger than half its window",
        (3, 28, 28),
        (conv(3, 16, 2, padding=2), "MaxPool2d(kernel_size=2, padding=2)"),
        "1",
        "pad should be at most half of effective kernel size",
        "Set padding=1 in layer 1 (MaxPool2d)",
        "https://github.com/pytorch/pytorch/issues/103423",
    ),
    Broken(
        "reflected padding on a small map",
        (1, 40, 40),
        (
            *(conv(1, 16, 4, stride=4), conv(16, 32, 4, stride=4, padding=0)),
            *(conv(32, 64, 5, padding=2, padding_mode="reflect"), "ReLU()"),
        ),
        "2",
        "Padding size should be less than the corresponding input dimension",
        "Set padding_mode='zeros' in layer 2 (Conv2d)",
        "https://github.com/advimman/lama/issues/137",
    ),
    Broken(
        "instance normalisation of one pixel",  # 32 → 16 → 8 → 4 → 2 → 1
        (3, 32, 32),
        (
            "Repeat([Conv2d(out_channels=64, kernel_size=4, stride=2, padding=1), ReLU()], n=5)",
            *("InstanceNorm2d()", "Flatten()", "Linear(out_features=10)"),
        ),
        "1",
        "Expected more than 1 spatial element when training, got input size torch.Size([2, 64, 1, 1])",
        "Remove layer 1 (InstanceNorm2d)",
        "https://github.com/liufeng2915/CFSM/issues/4",
    ),
)

ROWS = (
    Broken(
        "two-dimensional batch normalisation after a Linear layer",
        (1, 28, 28),
        ("Flatten()", "Linear(out_features=100)", "BatchNorm2d(num_features=100)", "ReLU()", "Linear(out_features=2)"),
        "2",
        "expected 4D input (got 2D input)",
        "Use BatchNorm1d(num_features=100) for layer 2 (BatchNorm2d)",
        "https://github.com/hehai131/DANN/issues/3",
    ),
    Broken(
        "one-dimensional batch normalisation of a map",
        (1, 28, 28),
        (conv(1, 16), "BatchNorm1d(num_features=16)", "ReLU()"),
        "1",
        "expected 2D or 3D input (got 4D input)",
        "Use BatchNorm2d(num_features=16) for layer 1 (BatchNorm1d)",
        "https://github.com/pytorch/pytorch/issues/6316",
    ),
    Broken(
        "Flatten too early",
        (3, 32, 32),
        (conv(3, 16), "ReLU()", "Flatten()", conv(16, 32), "ReLU()", "Linear(out_features=10)"),
        "3",
        "Expected 3D (unbatched) or 4D (batched) input to conv2d",
        "Move Flatten from layer 2 before layer 5 (Linear)",
    ),
    Broken(
        "Flatten twice, the first by mistake",
        (3, 32, 32),
        (conv(3, 16), "Flatten()", POOL, "Flatten()", "Linear(in_features=3600, out_features=10)"),
        "2",
        "",  # PyTorch takes the batch and the row for a map of one channel, and pools over the images
        "Remove layer 1 (Flatten)",
    ),
    Broken(
        "a global pool after Flatten",
        (3, 32, 32),
        (conv(3, 16), "Flatten()", "AdaptiveAvgPool2d(output_size=1)", "Linear(in_features=16, out_features=10)"),
        "2",
        "",  # PyTorch pools over the batch
        "Move Flatten from layer 1 before layer 3 (Linear)",
    ),
    Broken(
        "dropout of channels in the head",
        (1, 28, 28),
        ("Flatten()", "Linear(out_features=128)", "ReLU()", "Dropout2d(p=0.25)", "Linear(out_features=10)"),
        "3",
        "",  # PyTorch warns, and drops whole images
        "Use Dropout(p=0.25) for layer 3 (Dropout2d)",
    ),
    Broken(
        "a decoder without Unflatten",
        (1, 28, 28),
        (
            *("Flatten()", "Linear(out_features=20)", "Linear(out_features=1568)", "ReLU()"),
            *("ConvTranspose2d(in_channels=32, out_channels=16, kernel_size=2, stride=2)", "ReLU()"),
            "ConvTranspose2d(in_channels=16, out_channels=1, kernel_size=2, stride=2)",
        ),
        "4",
        "Expected 3D (unbatched) or 4D (batched) input to conv_transpose2d",
        "Insert Unflatten(dim=1, unflattened_size=(32, 7, 7)) before layer 4 (ConvTranspose2d)",
        "https://github.com/pytorch/pytorch/issues/41516",
    ),
    Broken(
        "an Unflatten of other channels",
        (1, 28, 28),
        (
            *("Flatten()", "Linear(out_features=1568)", "Unflatten(dim=1, unflattened_size=(64, 7, 7))"),
            *("ConvTranspose2d(out_channels=1, kernel_size=4, stride=4)", "Sigmoid()"),
        ),
        "2",
        "unflatten: Provided sizes [64, 7, 7] don't multiply up to the size of dim 1 (1568)",
        "Set dim=1, unflattened_size=(32, 7, 7) in layer 2 (Unflatten)",
    ),
    Broken(
        "an Unflatten for another Linear layer",
        (1, 28, 28),
        (
            *("Flatten()", "Linear(out_features=1024)", "Unflatten(dim=1, unflattened_size=(128, 7, 7))"),
            *("ConvTranspose2d(in_channels=128, out_channels=1, kernel_size=4, stride=4)", "Sigmoid()"),
        ),
        "2",
        "unflatten: Provided sizes [128, 7, 7] don't multiply up to the size of dim 1 (1024)",
        "Set out_features=6272 in layer 1 (Linear)",
    ),
    Broken(
        "Flatten from the batch on",
        (1, 28, 28),
        (conv(1, 8), "ReLU()", "Flatten(start_dim=0)", "Linear(out_features=10)"),
        "2",
        "",  # PyTorch joins the images of a batch into one row
        "Use Flatten() for layer 2 (Flatten)",
    ),
    Broken(
        "Softmax over a dimension that is not there",
        (1, 28, 28),
        ("Flatten()", "Linear(out_features=10)", "Softmax(dim=2)"),
        "2",
        "Dimension out of range (expected to be in range of [-2, 1], but got 2)",
        "Set dim=1 in layer 2 (Softmax)",
    ),
    Broken(
        "a size and a factor at once",
        (3, 32, 32),
        ("Upsample(size=64, scale_factor=2.0)", conv(3, 3, padding=1)),
        "0",
        "only one of size or scale_factor should be defined",
        "Leave size out of layer 0 (Upsample)",
    ),
    Broken(
        "aligned corners without interpolation",
        (3, 32, 32),
        ("Upsample(scale_factor=2.0, align_corners=True)", conv(3, 3, padding=1)),
        "0",
        "align_corners option can only be set with the interpolating modes",
        "Set mode='bilinear' in layer 0 (Upsample)",
    ),
    Broken(
        "output padding at stride 1",
        (3, 3, 3),
        ("ConvTranspose2d(in_channels=3, out_channels=4, kernel_size=3, output_padding=1)",),
        "0",
        "output padding must be smaller than either stride or dilation",
        "Set stride=2 in layer 0 (ConvTranspose2d)",
        "https://github.com/pytorch/pytorch/issues/56328",
    ),
    Broken(
        "a generator's padding that leaves nothing",  # (1 − 1) · 2 − 2 · 2 + 4 = 0
        (100, 1, 1),
        (
            *("ConvTranspose2d(in_channels=100, out_channels=64, kernel_size=4, stride=2, padding=2)", "ReLU()"),
            "ConvTranspose2d(in_channels=64, out_channels=3, kernel_size=4, stride=2, padding=1)",
        ),
        "0",
        "",  # PyTorch makes a map of no pixels
        "Set padding=1 in layer 0 (ConvTranspose2d)",
    ),
)

MERGES = (
    Broken(
        "a residual that changes the channels",
        (64, 16, 16),
        (
            "Residual([Conv2d(out_channels=128, kernel_size=3, padding=1), BatchNorm2d(), ReLU(), "
            "Conv2d(out_channels=128, kernel_size=3, padding=1), BatchNorm2d()])",
            "ReLU()",
        ),
        "0",
        "The size of tensor a (128) must match the size of tensor b (64) at non-singleton dimension 1",
        "Give layer 0 (Residual) the shortcut Conv2d(out_channels=128, kernel_size=1) and BatchNorm2d()",
        "https://blog.csdn.net/Innovat1on/article/details/88567219",
    ),
    Broken(
        "a residual with a stride",
        (64, 16, 16),
        (
            "Residual([Conv2d(out_channels=64, kernel_size=3, stride=2, padding=1), ReLU(), "
            "Conv2d(out_channels=64, kernel_size=3, padding=1)])",
        ),
        "0",
        "The size of tensor a (8) must match the size of tensor b (16) at non-singleton dimension 3",
        "Give layer 0 (Residual) the shortcut Conv2d(out_channels=64, kernel_size=1, stride=2)",
    ),
    Broken(
        "a shortcut without the body's stride",
        (64, 16, 16),
        (
            "Residual([Conv2d(out_channels=128, kernel_size=3, stride=2, padding=1), ReLU(), "
            "Conv2d(out_channels=128, kernel_size=3, padding=1)], [Conv2d(out_channels=128, kernel_size=1)])",
        ),
        "0",
        "The size of tensor a (8) must match the size of tensor b (16) at non-singleton dimension 3",
        "Set stride=2 in layer 0.shortcut.0 (Conv2d)",
    ),
    Broken(
        "a shortcut to other channels",
        (64, 16, 16),
        (
            "Residual([Conv2d(out_channels=256, kernel_size=1), ReLU(), Conv2d(out_channels=256, kernel_size=1)], "
            "[Conv2d(out_channels=128, kernel_size=1), BatchNorm2d()])",
        ),
        "0",
        "The size of tensor a (256) must match the size of tensor b (128) at non-singleton dimension 1",
        "Set out_channels=256 in layer 0.shortcut.0 (Conv2d)",
    ),
    Broken(
        "a body that loses pixels at the edge",  # 16 → 14 → 12
        (64, 16, 16),
        (
            "Residual([Conv2d(out_channels=64, kernel_size=3), ReLU(), Conv2d(out_channels=64, kernel_size=3)])",
            "ReLU()",
        ),
        "0",
        "The size of tensor a (12) must match the size of tensor b (16) at non-singleton dimension 3",
        "Set padding=1 in layers 0.body.0 and 0.body.2",
    ),
    Broken(
        "a bottleneck that forgets to widen",
        (256, 8, 8),
        (
            "Residual([Conv2d(out_channels=64, kernel_size=1), ReLU(), "
            "Conv2d(out_channels=64, kernel_size=3, padding=1), ReLU(), Conv2d(out_channels=64, kernel_size=1)])",
        ),
        "0",
        "The size of tensor a (64) must match the size of tensor b (256) at non-singleton dimension 1",
        "Set out_channels=256 in layer 0.body.4 (Conv2d)",
    ),
    Broken(
        "a wrong number deep inside",
        (32, 16, 16),
        (
            "Residual([ReLU(), Sequential([Conv2d(out_channels=32, kernel_size=3, padding=1), "
            "BatchNorm2d(num_features=64), ReLU()])])",
            *("AdaptiveAvgPool2d(output_size=1)", "Flatten()", "Linear(out_features=10)"),
        ),
        "0.body.1.1",
        "running_mean should contain 32 elements not 64",
        "Leave num_features=64 out of layer 0.body.1.1 (BatchNorm2d), so that it follows from its input",
    ),
    Broken(
        "U-Net with sides that cannot be halved",  # 35 → 17 → 34
        (3, 35, 35),
        (
            "Conv2d(out_channels=16, kernel_size=3, padding=1)",
            "Concat([], [MaxPool2d(kernel_size=2), Conv2d(out_channels=32, kernel_size=3, padding=1), ReLU(), "
            "ConvTranspose2d(out_channels=16, kernel_size=2, stride=2)])",
            "Conv2d(out_channels=1, kernel_size=1)",
        ),
        "1",
        "Sizes of tensors must match except in dimension 1. Expected size 35 but got size 34",
        "Give the input sides that are multiples of 2 (3×36×36 instead of 3×35×35)",
        "https://github.com/bigmb/Unet-Segmentation-Pytorch-Nest-of-Unets/issues/55",
    ),
    Broken(
        "U-Net of two levels on 350×525 pixels",  # 525 → 262 → 524
        (3, 350, 525),
        (
            "Conv2d(out_channels=8, kernel_size=3, padding=1)",
            "Concat([], [MaxPool2d(kernel_size=2), Conv2d(out_channels=16, kernel_size=3, padding=1), "
            "Concat([], [MaxPool2d(kernel_size=2), Conv2d(out_channels=32, kernel_size=3, padding=1), "
            "Upsample(scale_factor=2.0)]), Upsample(scale_factor=2.0)])",
            "Conv2d(out_channels=1, kernel_size=1)",
        ),
        "1.1.2",  # 175 → 87 → 174 in the inner one first
        "Sizes of tensors must match except in dimension 1. Expected size 175 but got size 174",
        "Give the input sides that are multiples of 4 (3×352×528 instead of 3×350×525)",
        "https://github.com/qubvel-org/segmentation_models.pytorch/issues/57",
    ),
    Broken(
        "U-Net without padding",  # 64 → 62
        (3, 64, 64),
        (
            "Concat([], [Conv2d(out_channels=16, kernel_size=3), ReLU()])",
            "Conv2d(out_channels=1, kernel_size=1)",
        ),
        "0",
        "Sizes of tensors must match except in dimension 1. Expected size 64 but got size 62",
        "Set padding=1 in layer 0.1.0 (Conv2d)",
    ),
    Broken(
        "an inception branch without padding",
        (192, 28, 28),
        (
            "Concat([Conv2d(out_channels=64, kernel_size=1)], "
            "[Conv2d(out_channels=96, kernel_size=1), Conv2d(out_channels=128, kernel_size=3)], "
            "[Conv2d(out_channels=16, kernel_size=1), Conv2d(out_channels=32, kernel_size=5)], "
            "[MaxPool2d(kernel_size=3, stride=1, padding=1), Conv2d(out_channels=32, kernel_size=1)])",
        ),
        "0",
        "Sizes of tensors must match except in dimension 1. Expected size 28 but got size 26",
        "Set padding=1 in layer 0.1.1 (Conv2d), and padding=2 in layer 0.2.1 (Conv2d)",
    ),
    Broken(
        "an inception pool that moves by its window",  # 28 → ⌊(28 + 2 − 3) / 3⌋ + 1 = 10
        (192, 28, 28),
        (
            "Concat([Conv2d(out_channels=64, kernel_size=1)], "
            "[MaxPool2d(kernel_size=3, padding=1), Conv2d(out_channels=32, kernel_size=1)])",
        ),
        "0",
        "Sizes of tensors must match except in dimension 1. Expected size 28 but got size 10",
        "Set stride=1 in layer 0.1.0 (MaxPool2d)",
    ),
    Broken(
        "one branch with a stride",
        (64, 28, 28),
        (
            "Concat([Conv2d(out_channels=96, kernel_size=3, stride=2, padding=1)], "
            "[Conv2d(out_channels=96, kernel_size=3, padding=1)])",
        ),
        "0",
        "Sizes of tensors must match except in dimension 1. Expected size 14 but got size 28",
        "Set stride=2 in layer 0.1.0 (Conv2d)",
    ),
    Broken(
        "a squeeze-and-excite gate that stays narrow",
        (64, 16, 16),
        (
            "Gate([AdaptiveAvgPool2d(output_size=1), Conv2d(out_channels=4, kernel_size=1), ReLU(), "
            "Conv2d(out_channels=16, kernel_size=1), Sigmoid()])",
        ),
        "0",
        "The size of tensor a (64) must match the size of tensor b (16) at non-singleton dimension 1",
        "Set out_channels=64 in layer 0.body.3 (Conv2d)",
    ),
    Broken(
        "a squeeze-and-excite gate that is a row",
        (64, 16, 16),
        (
            "Gate([AdaptiveAvgPool2d(output_size=1), Flatten(), Linear(out_features=4), ReLU(), "
            "Linear(out_features=64), Sigmoid()])",
        ),
        "0",
        "The size of tensor a (16) must match the size of tensor b (64) at non-singleton dimension 3",
        "Append Unflatten(dim=1, unflattened_size=(64, 1, 1)) to the body of layer 0 (Gate)",
    ),
)

CORPUS = (*FEATURES, *CHANNELS, *SIZES, *ROWS, *MERGES)
