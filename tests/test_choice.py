"""A Choice has one verdict, the cell's: a click replies, and contradicts no check."""

import pytest

from tests import course
from tests.course import Choice

each_choice = pytest.mark.parametrize("lesson, name", course.every(Choice))


def clicked(one, letter):
    """The line below the buttons after a click on an option."""
    _, radio, reply, _ = one.ask().widget().children
    radio.value = letter
    return reply.value


@each_choice
def test_a_click_says_what_the_check_says_and_leaves_the_verdict_alone(lesson, name):
    one = course.tasks(lesson)[name]
    wrong = next(letter for letter in one.options if letter != one.right)
    one.check(wrong)
    for letter in one.options:
        reply = str(one.reply(letter))
        assert clicked(one, letter) == one.reply(letter)._repr_html_()
        assert one.options[letter][1] in reply and f'write `{name} = "{letter}"`' in reply
        assert (f"{letter} is right" in reply) == (letter == one.right)
        assert (one.verdict.status, one.verdict.mistake) == ("not yet", wrong)
    assert not any(mark in clicked(one, one.right) for mark in "✓✗○")


def test_a_click_is_no_answer_but_an_empty_cell_says_what_to_write():
    right = {"a": ("one", "No."), "b": ("two", "Yes."), "c": ("three", "Never.")}
    one = Choice("how_many", "How many?", right, "b")
    assert one.check(...).message == (
        'Replace the `...` by one of "a", "b", "c", and run the cell again.'
    )
    clicked(one, "b")
    verdict = one.check(...)
    assert verdict.status == "not started"
    assert verdict.message.startswith('You clicked b. To answer b, write `how_many = "b"`')
    assert one.check("c").mistake == "c" and one.check("b").status == "correct"
