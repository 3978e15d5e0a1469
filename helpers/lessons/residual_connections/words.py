"""What a good answer in words names, {exercise: its points}; asked for one by one."""

POINTS = {
    "vanishing_gradients": [
        "It names the skip connections.",
        "It gives the Jacobian of a block, I + F′, or says that the gradient has two ways back.",
        "It says where a gradient may still vanish: in the branch F, while the part on the skip arrives.",
        "It says what initialisation does: signal and gradient roughly keep their size at the start.",
        "It says what batch normalisation does: the signals stay in range while the network trains.",
        "It says that skips guarantee nothing: I + F′ can be singular, or the gradient can explode.",
    ],
}
