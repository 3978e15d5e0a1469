"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "blurry_outputs": [
        "It names the drawback: what the model draws is blurry.",
        "It says that true posteriors are often far from Gaussian, so that one z must serve several x.",
        "It says that pixels are independent given z: they cannot agree on what z leaves open.",
        "It says that maximum likelihood then answers each pixel with an average of what is possible.",
        "It says which part the experiments support: what the codes leave open is averaged, even by the best decoder.",
        "It says which part is rare here: posteriors that no Gaussian can follow.",
    ],
}
