"""From a heap of learners' notebooks to verdicts, points and what a class got wrong.

`heap` gives a `submission` for each notebook: `finding` looks for the files, in zips too, `reading`
says what one is, `platforms` and `whose` tell the learner, `recognising` the lesson as `course` has
it, and `matching` which cell answers which exercise, by its `names` and its `words`.
`worker` gives each notebook to a process that judges it (`judging`, with `planning`, `marks`,
`tricks`). Its cells run elsewhere: in a `room` (`confine`, `limits`; inside `zygote`, `bare`,
`running`, `serving`), and `wire`, `decoding` and `remote` carry what is said, so that no learner's
code runs where a verdict is made. What comes out is a `sheet` for each notebook.

`grade` is the command. `points`, `learners`, `tally`, `asked` and `examples` count and gather;
`table`, `learner_page` and `class_page` (with `lesson_part`, `markup`) write what people read,
`gradebook`, `moodle` and `canvas` what platforms import. Nothing here knows what a right answer is:
that is `helpers.exercises` and the lessons.
"""
