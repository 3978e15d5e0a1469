"""From a lesson's source to its notebooks: begin, build, hand out, show and hide solutions.

Commands: `lesson`, `build`, `handout`, `site`, `solutions`. Behind them `source` (a lesson as
cells), `overview` (what the lessons say of themselves), `notebook` (makes one), `page` (a lesson as
HTML), `release` and `splice` (solutions in a learner's file), `files`. Nothing here knows what a
check or a picture is.
"""
