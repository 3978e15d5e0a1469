"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "what_w_tells": [
        "It says that W is mostly zeros when the kernel is small: each output sees only a few neighbouring inputs.",
        "It says that the same numbers come back in every row, one cell further: the weights are shared.",
        "It names the price: a dense layer can be any matrix, a convolution only one of this pattern.",
        "It names what sharing brings: few weights to learn, or an output that moves along with its input.",
        "It says that a convolution can be computed as a matrix product, for which there is very fast code.",
    ],
}
