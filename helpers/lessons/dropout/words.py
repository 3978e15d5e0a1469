"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "dropout_explained": [
        "It says that units are switched off at random in training, and that all of them stay at evaluation.",
        "It says how the mean is kept: what is left is scaled by 1/(1 − p), or all is scaled at evaluation.",
        "It calls dropout a regulariser and says why it works, for example that no unit can be relied on too much.",
        "It says when to use it: for large networks that overfit.",
        "It names a place where it does not help: too few units or plenty of data, or a fresh mask on a recurrent memory at every step.",
    ],
}
