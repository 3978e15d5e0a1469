"""PyTorch's activations and their slopes by autograd, and the formula that is not leaky ReLU."""

from helpers.exercises import oracles as shared

relu, relu_grad = shared.activation("relu"), shared.slope("relu")
leaky_relu, leaky_relu_grad = shared.activation("leaky_relu"), shared.slope("leaky_relu")
elu, elu_grad = shared.activation("elu"), shared.slope("elu")

# Value and slope of each activation as functions of x and α.
FUNCTIONS = {
    "ReLU": (lambda x, alpha: relu(x), lambda x, alpha: relu_grad(x)),
    "leaky ReLU": (leaky_relu, leaky_relu_grad),
    "ELU": (elu, elu_grad),
}


def both_formulas(x, alpha):
    """Leaky ReLU by PyTorch, and max(αx, x), at one point, as floats."""
    return float(leaky_relu(float(x), float(alpha))), float(max(alpha * x, x))


def read(name, x, alpha):
    """Value and slope of a named activation at one point, as floats."""
    return tuple(float(function(x, alpha)) for function in FUNCTIONS[name])
