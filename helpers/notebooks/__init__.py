"""From a lesson's source to its notebooks: build, hand out, show and hide solutions.

Files and text alone: nothing here knows what a check or a picture is.
"""
