# %% [markdown] teaser="keeps the largest of every few numbers." writes="`max_pool`"
# # NN · LESSON_TITLE
#
# Max pooling makes a row shorter and keeps what stands out in it. After this notebook you can write it, and say what it throws away.

# %% [markdown]
# *This lesson is a draft.*

# %% [markdown]
# **You will**
#
# - see a window walk along a row and keep the largest number;
# - write max pooling in one dimension.

# %%
import numpy as np

from helpers.lessons import lesson_slug as lesson

# %% [markdown]
# ## See it move
#
# A window walks along x, as far each time as it is wide. Of the cells that it covers it keeps the largest number. Make it wider: what becomes of the last cells?

# %%
lesson.explore()

# %% [markdown]
# ## Predict
#
# Before you write any code: what comes out of ten cells with windows of four?

# %%
lesson.left_over.ask()

# %% exercise="left_over"
left_over = ...  # one of "a", "b", "c"

# %% tags=["solution"]
left_over = "b"

# %% check="left_over"
lesson.left_over.check(left_over)

# %% [markdown]
# ## Write it
#
# Now the same in code, for any row and any size.


# %% exercise="max_pool"
def max_pool(x, size):
    """The largest of every `size` cells of x (n,): an array (n // size,)."""
    ...


# %% tags=["solution"]
def max_pool(x, size):
    """The largest of every `size` cells of x (n,): an array (n // size,)."""
    count = len(x) // size
    return np.reshape(x[: count * size], (count, size)).max(axis=1)


# %% check="max_pool"
lesson.max_pool.check(max_pool)

# %%
lesson.max_pool.show(max_pool)

# %% [markdown]
# Now a program that somebody else has written. It passes many a test. Find one that it does not pass.

# %%
lesson.break_max_pool.show()

# %% exercise="break_max_pool"
break_max_pool = ...  # (x, size)

# %% tags=["solution"]
break_max_pool = ([1, 2, 3], 2)

# %% check="break_max_pool"
lesson.break_max_pool.check(break_max_pool)

# %% [markdown] exercise="thrown_away"
# **In your own words:** what does max pooling throw away, and when does that do no harm?

# %% [markdown] tags=["solution"]
# **A model answer.** It throws away where in its window the largest number stood, and all the smaller ones. That does no harm where it only matters that something was found, not exactly where.
#
# *A good answer names:* the place within the window, the smaller numbers, and that a small shift of the input changes little.

# %% [markdown]
# ## What you take with you
#
# - A window of `size` cells gives its largest; n cells give n // size numbers.
# - What does not fill a window is dropped.

# %%
lesson.progress()
