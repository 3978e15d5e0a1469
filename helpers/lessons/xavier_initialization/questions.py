"""What is predicted before it is seen, besides the questions on the derivation."""

from helpers.exercises import Choice

equal_weights = Choice(
    "equal_weights",
    "Start every weight of a network at the same number, 0.1, every bias at 0, and train. What becomes of the neurons of one hidden layer?",
    {
        "a": ("they all differ: the data pull them apart", "The data reach them all alike. Follow two neurons of the layer through one step: in which number could they differ?"),
        "b": ("they differ from the second step on", "After the first step they are still equal, so the second finds what the first found: nothing to tell them apart."),
        "c": ("they stay equal for ever", "Same inputs, same weights, so the same output; and since the weights behind them are equal too, the same gradient. A hundred neurons do the work of one."),
        "d": ("they stay where they are: nothing is learnt", "They do learn, for their gradient is not 0. But do they learn different things?"),
    },
    "c",
    hints=["Compare two neurons of the layer: what comes in, what goes out, what gradient comes back."],
)  # fmt: skip

near_zero = Choice(
    "near_zero",
    "So how does tanh behave near 0: which straight line does it follow there?",
    {
        "a": ("y = 1", "1 is its slope at 0. Its value there is 0."),
        "b": ("y = x/2", "That is how σ(2x) rises from its value at 0, with slope ½. tanh is twice as high."),
        "c": ("y = x", "Value 0 and slope 1: tanh(x) ≈ x. Near 0 tanh hands x on almost unchanged."),
        "d": ("y = 2x", "The 2 in 2σ(2x) is not the slope: σ′(0) is ¼, and 2 · 2 · ¼ is 1."),
    },
    "c",
    hints=["A curve follows its tangent. What are tanh(0) and your tanh_grad at 0?"],
)  # fmt: skip

how_near = Choice(
    "how_near",
    "How much smaller than 0.3 is tanh(0.3)?",
    {
        "a": ("about 0.03 %", "The next term of the series is −x³/3, so the relative error is about x²/3. Put in 0.3."),
        "b": ("about 3 %", "x²/3 = 0.03: tanh(0.3) is 0.2913. At x = 0.1 it is 0.3 %, at x = 1 already 24 %."),
        "c": ("about 30 %", "0.3 is the size of x, not of the error: tanh(0.3) is 0.2913."),
    },
    "b",
    hints=["tanh(x) = x − x³/3 + …: how large is the second term beside the first?"],
)  # fmt: skip

variance_as_std = Choice(
    "variance_as_std",
    "Someone has read N(0, 1/fan_in) and writes `rng.normal(0, 1 / fan_in, (fan_out, fan_in))`. By what factor does a layer with fan_in = 100 then change the variance, near 0?",
    {
        "a": ("1: it keeps it", "It would with the standard deviation 1/√100 = 1/10. This one is 1/100."),
        "b": ("1/10", "The variance of a weight is the square of its standard deviation: 1/10 000, not 1/1000."),
        "c": ("1/100", "Var(W) = (1/100)², and 100 of these are added: 100/10 000. Ten layers leave 10⁻²⁰."),
        "d": ("1/10 000", "That is Var(W). A neuron adds up 100 terms."),
    },
    "c",
    hints=["Var(W) is the square of the standard deviation. Then D · Var(W)."],
)  # fmt: skip

which_learns = Choice(
    "which_learns",
    "Three networks of ten tanh layers, 100 neurons each, differ only in the standard deviation that their weights start with: 1/fan_in, yours, 1. Each gets 200 steps of gradient descent to tell two rings of points apart. Which of them learn it?",
    {
        "a": ("all three: training mends a bad start", "It needs a gradient to do so. What is left of the gradient after ten layers with weights that are too small?"),
        "b": ("yours and 1", "Where weights are too large, tanh is flat nearly everywhere, and the gradient that gets through is far too large: the first steps jump."),
        "c": ("yours and 1/fan_in, which is only slower", "The gradient's variance shrinks a hundredfold in every layer. After ten layers 10⁻²⁰ of it is left: that is not slower, that is standing still."),
        "d": ("only yours", "With 1/fan_in the output is the same for every point and the gradient is gone: the loss stays at that of guessing. With 1 the loss jumps for some steps and then stands still, above guessing."),
    },
    "d",
    hints=["Look at the picture above once more: what can the last layer see of the input, and what comes back?"],
)  # fmt: skip

backward = Choice(
    "backward",
    "On the way back, a_j receives Σ_i W_ij ∂L/∂z_i, where z_i is the sum that goes into tanh. Which Var(W) keeps the gradient's variance, near 0?",
    {
        "a": ("1/fan_in", "That was for the sum over j. This one runs over i: how many terms does it have?"),
        "b": ("1/fan_out", "The sum runs over the fan_out neurons that read a_j: the same derivation with W transposed, provided that ∂L/∂z_i is independent of W_ij."),
        "c": ("1/(fan_in · fan_out)", "Only one of the two counts the terms of this sum."),
        "d": ("any: gradients don't depend on W", "They are multiplied by W on the way, in every layer."),
    },
    "b",
    hints=["Which index does this sum run over, and how many values does that index take?"],
)  # fmt: skip
