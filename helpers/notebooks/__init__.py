"""From a lesson's source to its notebooks: begin, build, hand out, release solutions, update.

Commands: `lesson`, `build`, `handout` (with `nbgrader`, which hands on `course_config`, code that
nbgrader runs), `site` (with `page`: a lesson as HTML), `solutions`; and `update`, which like
`asked` and `plain` needs nothing installed: `clone` (git brings the newer version), `bring` (one
notebook), `carry` (its cells), `fitting` and `written` (which is which). Behind the others `source`
and `back` (a lesson as cells, and cells as a lesson), `added` and `address` (what the build adds,
and its links), `overview` (what the lessons say of themselves), `notebook` (makes one), `release`
and `splice` (solutions in a learner's file), `files`. Nothing here knows what a check or a picture
is.
"""
