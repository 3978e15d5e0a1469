"""From a heap of learners' notebooks to verdicts, points and what a class got wrong.

`heap` gives a `submission` for each notebook: `finding` looks for the files, in zips too, `reading`
says what one is, `platforms` and `whose` tell the learner, `recognising` the lesson as `course` has
it, and `matching` which cell answers which exercise, by its `names` and its `words`.
`worker` runs one notebook, apart, within `limits`, and judges it with the course's own checks. What
comes out is a `sheet` for each notebook; `table`, `learner_page` and `class_page` write what people
read, `moodle` and `canvas` what those import; `grade` is the command. Nothing here knows what a
right answer is: that is `helpers.exercises` and the lessons.
"""
