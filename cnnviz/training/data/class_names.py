"""The names of the classes of the published data sets, in the order of their labels."""

import string

DIGITS = tuple(string.digits)

FASHION = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")  # お き す つ な は ま や れ を

# Of small letters only those that differ from their capitals by more than size.
LETTERS_AND_DIGITS = (*string.digits, *string.ascii_uppercase, *"abdefghnqrt")

CIFAR_10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

_CIFAR_100 = """\
apple, aquarium fish, baby, bear, beaver, bed, bee, beetle, bicycle, bottle, bowl, boy, bridge, bus,
butterfly, camel, can, castle, caterpillar, cattle, chair, chimpanzee, clock, cloud, cockroach, couch, crab,
crocodile, cup, dinosaur, dolphin, elephant, flatfish, forest, fox, girl, hamster, house, kangaroo, keyboard,
lamp, lawn mower, leopard, lion, lizard, lobster, man, maple tree, motorcycle, mountain, mouse, mushroom,
oak tree, orange, orchid, otter, palm tree, pear, pickup truck, pine tree, plain, plate, poppy, porcupine,
possum, rabbit, raccoon, ray, road, rocket, rose, sea, seal, shark, shrew, skunk, skyscraper, snail, snake,
spider, squirrel, streetcar, sunflower, sweet pepper, table, tank, telephone, television, tiger, tractor,
train, trout, tulip, turtle, wardrobe, whale, willow tree, wolf, woman, worm"""
CIFAR_100 = tuple(name.strip() for name in _CIFAR_100.split(","))

SHAPES = (
    "circle",
    "ring",
    "square",
    "triangle",
    "diamond",
    "cross",
    "star",
    "horizontal bars",
    "vertical bars",
    "checkerboard",
)
