"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "advantages_over_sigmoid": [
        "It says that ReLU does not saturate for x > 0: its slope is 1 there, however large x is.",
        "It says that the sigmoid's slope is at most ¼, and near 0 on both far sides.",
        "It says what this does in a deep network: such factors multiply, and little of the gradient is left.",
        "It says why batch normalisation makes this advantage smaller: inputs stay where the sigmoid's slope is large.",
        "It says that ReLU is cheap, or that its zeros make the activations sparse.",
    ],
    "dying_relu": [
        "It says when a unit is dead: it gives 0 for every input.",
        "It says why a dead unit stays dead: its slope is 0, so its weights and its bias get no gradient.",
        "It names leaky ReLU and ELU.",
        "It says why these help: below 0 their slope is not 0, so a gradient gets through.",
        "It says what else comes of outputs that are never negative: a positive mean is passed on to the next layer.",
    ],
}
