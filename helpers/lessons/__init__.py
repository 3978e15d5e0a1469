'''How to write a lesson, on one page. (There is no code here; each lesson is a folder beside it.)

    python -m helpers lesson 10 max_pooling "Max pooling"     a small lesson that works: rewrite it
    python -m helpers build                                   its notebooks, and the one before it
    python -m helpers test tests -k max_pooling               all that the tests say of it


WHAT A LESSON IS MADE OF

    solutions/10_max_pooling.py           the source: what is read, with stubs and solutions
    helpers/lessons/max_pooling/
        __init__.py                       the exercises and `progress`, nothing else
        oracles.py                        what is right: PyTorch, a closed form, an enumeration
        explorers.py                      what moves: functions named `explore` or `explore_…`
        pictures.py                       what stands still: functions that return a `Picture`
        mistakes.py                       what goes wrong: programs to break, answers made by a rule
        words.py                          what answers in words should name, where there are any
        …                                 whatever else has a name of its own
    tests/lessons/test_max_pooling.py     numbers of the explorers, claims of the prose

No other file is touched: the README's table and the closing cell of the lesson before are made
from the first cell of the source.


THE SOURCE

    # %% [markdown] teaser="goes on from “[Max pooling] …”." writes="`f`, its gradient"
    # # 10 · Max pooling
    #
    # What it is about, and what one can do after it.

    # %%
    import numpy as np

    from helpers.lessons import max_pooling as lesson

    # %% [markdown]
    # ## See it move

    # %%
    lesson.explore()

    # %% exercise="f"
    def f(x):
        """What it gives, with shapes."""
        ...

    # %% tags=["solution"]
    def f(x): …

    # %% check="f"
    lesson.f.check(f)

    # %%
    lesson.f.show(f)

    # %% [markdown] exercise="why"
    # **In your own words:** why?

    # %% [markdown] tags=["solution"]
    # **A model answer.** Because.

    # %%
    lesson.progress()

Beside `exercise="f"`, `points=2` says what a stub of code counts when a class is graded: without it
one point.

`writes` stands in the README's table. `teaser` ends the cell before it, behind a link: “**Next:**
[Max pooling] …”. The build puts the lines that find the course above the first cell that imports
from `helpers`. Right below a stub stands its solution, and below that, for code, its check. The
learner's notebook is the solved one without the cells tagged "solution". A solution stands on the
setup cell and on other solutions alone. In the notebooks each check ends in a remark that names the
setup cell, and so does a line that is an explorer's or `progress` alone: run in a fresh kernel, it
stops with a NameError, and this line is what is shown of it. An answer in words ends in a prompt to
write, and how to ask for the points.


THE EXERCISES

    f = Exercise(
        "f",
        oracles.f,
        [Call(np.array([1.0, 2.0])), Call(np.array([0.0, -1.0]), size=2)],
        mistakes=[Mistake("its name", lambda x, size=1: 0 * x, "What to say to it.")],
        hints=["A question that leads on.", "A step more, short of the answer."],
        praise="What a right answer is good for.",
        picture=Call(np.array([1.0, 2.0])),
    )
    progress = Progress(globals(), written={"why": ["It says that …", "It names …"]})

From `helpers.exercises`:
    Exercise        a function (cases: calls, smallest first) or a value (no cases: the oracle is a
                    function without parameters), compared with the oracle; never raises
    Call            the arguments of one case
    Mistake         a known wrong answer: its name, the answer itself, what to say; two of one name
                    are two forms of one slip
    Differentiable  an Exercise on tensors that a gradient must pass through: its cases are
                    `Tensors(array, …, constants=("x",))`, its oracle works with torch
    BreakIt         a wrong program, shown as code: find an input on which it fails, or "by luck"
                    one on which it is right
    NearMiss        a kind of such input that does not do it, by a rule: name, input, message, rule
    Choice          a question with options, letter → (text, reply), to predict before one sees
    Progress        `lesson.progress()`: how each exercise stands; the last line of the file. It is
                    told the answers in words, `written={name: points}`, which learners tick
                    themselves; `lesson.progress.point(name)` gives a point more each time
    oracles         PyTorch's word on what several lessons ask; `oracles.tensors` of arrays
    whole_numbers   arrays of small whole numbers, the same ones every time, for cases
    slips           wrong answers that lessons share: one question for a whole array, x changed
    terse_call      a Call that names its options and leaves out those at their default
    size_rule       a formula in n, k, s, p, o, d as a size function, for mistakes
    awaited         what a picture function gives for None: the axes, no target that tells the answer
    side_by_side    target, yours and their difference as a `Picture`; curves and filtered are others
    run             call an answer within a time; gives an Outcome, whatever happens
    as_numbers      an answer as floats for a picture, NaN where it is none; as_array: None
    to_numpy        a tensor as an array; describe: any value as a short text
    Difference      what is wrong with an Outcome whose kind is in RAN; Note: a remark that is shown

    break_f = BreakIt(
        "break_f",
        f,
        mistakes.largest,  # a `def` with a docstring (never shown), else as a learner writes it
        goal="by luck",  # or "fails", the default
        valid=lambda x: "" if x.any() else "With zeros alone any program is right.",
        mistakes=[
            NearMiss("a long row", ([1, 3],), "What to say.", lambda x: len(x) > 1),
        ],
        hints=["Which line is wrong, and when does it not matter?"],
        praise="What such an input is good for: or why one should test with another.",
    )

In the source, right after the check of `f`:

    # %%
    lesson.break_f.show()

    # %% exercise="break_f"
    break_f = ...  # (x, size)

    # %% tags=["solution"]
    break_f = (np.array([3.0]), 1)

    # %% check="break_f"
    lesson.break_f.check(break_f)

An input is a tuple of the arguments, a dict by name, or the first one alone; lists will do for
arrays. What counts as different is up to `f`: its comparison, its tolerances. `valid` and a
NearMiss's rule name the arguments that they look at, and a rule is only asked where the input is
invalid or does not do it. A rule that cannot be asked, of an array of too few axes, is false.
`fixed={"rng": …}` fills in what the learner need not give; `task="…"` says what else is wanted.
`show(answer)` says what each program gives, or draws `picture(arguments)` where there is one.

On each exercise, in the notebook: `check(answer)`, `hint()` (one more each time), `show(answer)`
(its picture), `case()` (the arguments of the call that failed last, by name); on a Choice `check("b")` and `ask()`, whose buttons say what there is to say of an
option: the answer is what the cell says.

Where right answers are not one and the same array, a subclass of Exercise overrides a hook and
calls `super()` for the rest: `outcomes` (what an answer gives, in a form that can be compared),
`fault` (what is wrong with one outcome), `same` and `agree` (what counts as the same mistake),
`judge` (the verdict as a whole).

From `helpers.derivations`:
    Derivation      a chain of lines `[f, "=", g, "≥", h]` from an End to an End, run on models;
                    Landmark: a line of the usual route; Vocabulary: how its words are typeset
    World           a model that lacks assumptions, with their names. A step uses what is missing
                    where it fails; `rules` says what one step may use, and none may use two. Think
                    of worlds for every choice of assumptions, as generic as can be: a false line
                    passes where it is right by luck in all of them. A rule that is no assumption
                    has worlds, too: another function for log, another product for @


What a check says by itself, in this order. An answer is a mistake where both give the same on all
cases, errors included (by what they say); else where both give numbers, if three of them in two
cases, or six in one, are wrong in that one way and no other mistake fits: so a guard against 0
costs no name, and a mistake may give NaN. An answer that is another one each time is told so. A cause (“2 times what
it should be”) is said where every case bears it out, by three numbers or more. Shown is the smallest
case that fails, by the order of the cases where they are about as large.


WHAT IS SEEN

From `helpers.views`:
    Explorer        controls, views and a readout {name: number}; `update(**controls)` returns it
    decades         names the powers of ten on a logarithmic axis; one alone: `power_of_ten(-3)`
    slider          whole numbers or, with a step that is none, floats
    GridView        matrices as cells, walked through without the kernel: of Grid (Edit: its cells
                    may be changed) and Step (caption, outlined cells, new values, its own cell)
    LiveFigure      a Matplotlib figure that is built once and changed often
    Picture         a figure and `alt`, one sentence that says what is seen
    style           `style.figure`, `style.applied`, `style.line(role)`, `style.colour(role)`
    draw_matrix     a matrix on axes; outline: cells of it; draw_image; photograph
    QuickImage      an image in a live figure
    window          the cells of a window; explorers: those of a module

Colours and dashes have roles, the same in every lesson: input, kernel, output, gradient, mask,
target, other. `alt` is asked of every GridView, LiveFigure, Explorer and Picture.

On a dark page each colour of the style gives way to its counterpart in `helpers/views/dark.py`; a
colour of your own, an image and a text on an image stay as they are.


WHAT THE TESTS ASK

Of the source
  - The marker of its first cell says `writes` and `teaser`, a sentence's end with its full stop.
  - A cell of prose has at most 60 words, a solution 24 lines; prose has no exclamation mark.
  - Headings differ: the ids of the cells come from them.
  - `**Problem 1.1a.**` marks a row of the problem sheet, of this lesson and no other; a lesson that
    is not on the sheet has none (the rows are in tests/test_rows.py).
  - Every stub of code has an exercise of the same name in `__init__.py`, and every exercise a stub.
  - No cell writes to stderr or shows a memory address (0x7f…); each ends within two minutes.
  - The notebook runs to its end empty, solved, with a mistake in every stub, and with a syntax
    error in every stub.
  - No line of a solution stands anywhere in what learners get, helpers and README included; lines
    of at most 12 characters and those of the stub do not count. The build says so first.
  - The skeleton's line “This lesson is a draft” is gone.

Of an exercise
  - Its solution is correct, also as tensors, as lists and in single precision; its stub, `None` and
    `...` are not started; nothing else that is handed in passes or raises.
  - It knows a mistake, and each is rejected under its own name and with its own message: two that
    give the same on all cases are one. The notebook is run with the first of them.
  - Each mistake runs on some case: one that only stops with an error could be any other error.
  - It has hints, and none contains a line of a solution that is longer than 12 characters.
  - It answers the same each time, and survives what never ends, breaks, exits, changes its input or
    gives NaN.
  - Its picture, if it has one, can be drawn of any answer, a stub and nonsense included, has an
    `alt`, and looks different for nothing and for the solution.
  - An answer in words has three to six points, a sentence each, that say what it says or names.
  - A BreakIt's program is wrong by its exercise's own cases, and runs as it is shown, with `np`
    and `torch` alone. It knows a NearMiss, and each is rejected under its own name. A lesson has at
    least one.
  - A Choice has at least three options, each with a reply of its own.
  - A Derivation is also right with doubled lines, and refused from end to end in one step.

Of an explorer
  - A lesson has at least one, and can call it without arguments.
  - Every control has a description and changes the picture or the readout.
  - At all extremes of the controls, and at every preset, there is a readout, with no NaN in it.
  - `alt` ends in a full stop. In a real browser it draws, its sliders move, and axe-core finds
    nothing amiss in the lesson, in the light and in the dark theme.

Of the code
  - The five files are there. A lesson imports from `helpers.exercises`, `helpers.derivations`,
    `helpers.views` and its own folder, never from another lesson.
  - A module has at most 400 lines. `ruff check` and `ruff format` have nothing to say; mistakes
    stand one to a line, however long, in a block that ends in `# fmt: skip`.
  - The notebooks are built from what the sources say now: `python -m helpers build --check`.
'''
