"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "thrown_away": [
        "It says what is lost of the largest number: its place in the window.",
        "It says what is lost besides: all the smaller numbers of the window.",
        "It says when that does no harm: where a small shift of the input should change little.",
    ],
}
