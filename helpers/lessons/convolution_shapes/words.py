"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "conv1x1_uses": [
        "It says that height and width stay as they are, at stride 1.",
        "It says what happens at one pixel: a linear map from the input channels to the output channels.",
        "It says that all pixels share this map, and that none looks at its neighbours.",
        "It names a use where the number of channels must change: a projection shortcut, a squeeze before a costly layer, or a last layer with 3 channels for RGB.",
    ],
}
