"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "segmentation_answer": [
        "It names the U-Net, or another network of an encoder and a decoder.",
        "It says what the way down does: maps become smaller, channels more, and a cell sees more of the image.",
        "It says what the way up does: maps become larger again, until every pixel has scores of its own.",
        "It says what the skips join: a map of the encoder and the decoder's map of the same size.",
        "It says what would be missing without them: exactly where things are, so outlines would be rough.",
    ],
}
