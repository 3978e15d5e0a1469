"""Questions to answer before one sees."""

from helpers.exercises import Choice

stride_drops = Choice(
    "stride_drops",
    "A row of 8 cells, kernel size 3, stride 2, no padding. What becomes of the last cell?",
    {
        "a": ("The window hangs over the edge to reach it", "PyTorch never leaves the padded row."),
        "b": ("No window ever covers it", "The windows start at 0, 2 and 4 and end at 6: cell 7 is never read. That is the floor in the size formula."),
        "c": ("It is covered twice", "Cell 4, say, is covered twice. Where do the windows start?"),
        "d": ("PyTorch raises an error", "No: it says nothing, which is why it is worth knowing."),
    },
    "b",
    hints=["Write down where the windows start: 0, 2, … Which is the last that fits?"],
)  # fmt: skip

two_halvings = Choice(
    "two_halvings",
    "With stride 2, kernel size 2 without padding turns 8 cells into 4, and so does kernel size 3 with padding 1. What do the two turn 7 cells into?",
    {
        "a": ("Both into 3: the formula rounds down", "It does, but not always the same number: (7 − 2) / 2 + 1 = 3.5 for the first, (7 + 2 − 3) / 2 + 1 = 4 for the second."),
        "b": ("Kernel size 2 into 3, kernel size 3 into 4", "⌊7/2⌋ and ⌈7/2⌉. The first leaves out the last cell; in the second, the last window takes it in, with the zero beside it."),
        "c": ("Kernel size 2 into 4, kernel size 3 into 3", "The larger kernel takes off one cell more, but its padding gives two back. Put both into your formula."),
        "d": ("Both into 4: half of 7, rounded up", "Windows of 2 cells start at 0, 2 and 4; one that starts at 6 would stick out of the row."),
    },
    "b",
    hints=["Write down where the windows start, on the row padded as it is in each case."],
)  # fmt: skip

group_weights = Choice(
    "group_weights",
    "A 3×3 convolution from 8 channels to 8 has 8 · 8 · 9 = 576 weights. How many does it have with groups=2? (No biases in either.)",
    {
        "a": ("576: groups only decide which filter sees what", "They do, and a filter needs no weights for channels that it does not see."),
        "b": ("288", "Still 8 filters, each 4 channels deep instead of 8: 8 · 4 · 9."),
        "c": ("144: both channel counts are halved", "That is one group, 4 channels to 4. There are two of them."),
        "d": ("1152: each group has a set of its own", "It has, but a smaller one: 4 filters, each 4 channels deep."),
    },
    "b",
    hints=["Four of the eight filters belong to each group. How deep is one of them now?"],
)  # fmt: skip

one_by_one = Choice(
    "one_by_one",
    "A 1×1 convolution, stride 1, no padding, on a 32×32×256 volume: what can it change?",
    {
        "a": ("Height and width", "Put k = 1 into your size formula: n − 1 + 1 is n."),
        "b": ("The number of channels", "Height and width stay; at each pixel the channels are mixed by one and the same matrix."),
        "c": ("Nothing: it multiplies by one number", "It would with one channel in and one out. With 256, each filter holds 256 numbers."),
    },
    "b",
    hints=["Size formula with k = 1; then count the numbers in one filter of 1 × 1 × 256."],
)  # fmt: skip
