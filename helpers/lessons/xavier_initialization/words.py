"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "assumptions": [
        "It says what holds because of how the weights are drawn: independent, of mean zero, of one distribution, and without regard to the inputs.",
        "It says that the inputs of a layer depend on one another, and that weights of mean zero make the terms uncorrelated all the same.",
        "It says why the inputs have mean zero: tanh is odd, and the biases are 0.",
        "It says that linearity is only approximate: it holds as well as the sums are small.",
        "It says what training undoes: after one step the weights depend on the data and on one another.",
    ],
}
