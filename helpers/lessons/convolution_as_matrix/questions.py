"""Questions to answer before one sees."""

from helpers.exercises import Choice

matrix_shape = Choice(
    "matrix_shape",
    "x̄ has n entries, w has k weights. What shape, rows × columns, does the W with W x̄ = x̄∗w have?",
    {
        "a": ("n × (n − k + 1)", "Such a matrix takes n − k + 1 entries to n. (Keep it for notebook 3.)"),
        "b": ("(n − k + 1) × n", "One row for each output, one column for each entry of x̄. For n = 6 and k = 3: 4 × 6."),
        "c": ("k × n", "Then x̄∗w would have k entries. How many places does a window of k cells have?"),
        "d": ("n × n", "Then x̄∗w would have n entries. The window never leaves x̄, so for k > 1 there are fewer."),
    },
    "b",
    hints=["Each row of W gives one output; each column belongs to one entry of x̄."],
)  # fmt: skip

dense_only = Choice(
    "dense_only",
    "A dense layer and a convolution both take 12 numbers to 10. Which map can only the dense layer learn?",
    {
        "a": ("The mean of each three neighbours", "A kernel of three thirds does that, in every row the same."),
        "b": ("Each cell subtracted from the next but one", "The kernel [−1, 0, 1] does that."),
        "c": ("A copy of the last ten cells", "The kernel [0, 0, 1] does that: each output copies the right cell of its window."),
        "d": ("The first ten cells in reverse order", "The first output needs the tenth cell, the last needs the first: neither local nor the same everywhere."),
    },
    "d",
    hints=["Write down the matrix of each. Which has a row that is not the row above, moved by one?"],
)  # fmt: skip

pushed = Choice(
    "pushed",
    "A row is pushed one cell to the right and convolved again, with the same kernel and no padding. What has become of the output?",
    {
        "a": ("It has stayed the same", "That would be invariance. An output that does not care where things are cannot say where they are."),
        "b": ("It has moved one cell to the right; only its first entry is new", "Window i + 1 now holds what window i held before, and meets the same weights."),
        "c": ("Every entry may be new, as every window holds other numbers", "Every window does, but they are the numbers that its left neighbour held."),
        "d": ("It has moved by k cells, the length of the kernel", "Windows start one cell apart, whatever their length."),
    },
    "b",
    hints=["Write a row down, and below it the same row pushed. Which window of the second holds the numbers of the first one's window 0?"],
)  # fmt: skip

which_product = Choice(
    "which_product",
    "A 64×64 image and one 3×3 kernel, no padding: 62 · 62 = 3844 outputs. How many multiplications does W x̄ take, with the pixels as one row and zeros included? How many do the weights times the windows take?",
    {
        "a": ("Equally many: they give the same outputs", "They do, but each row of W has an entry for every pixel, and a window has nine cells."),
        "b": ("3844 · 4096 and 3844 · 9", "W x̄ takes 455 times as many, and all but 3844 · 9 of them multiply by zero. So W is there to understand convolutions; to compute them, multiply by the windows."),
        "c": ("3844 · 9 and 9", "There are only nine weights, but each of them meets a number in every window."),
        "d": ("4096 · 4096 and 4096 · 9", "Without padding, fewer windows fit than there are pixels."),
    },
    "b",
    hints=["How many entries does one row of W have? How many does one window have?"],
)  # fmt: skip
