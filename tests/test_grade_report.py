"""What is written about a class: counts, tables, pages; and what learners may put into them."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from helpers.grading import (
    asked,
    canvas,
    class_page,
    examples,
    grade,
    gradebook,
    learner_page,
    moodle,
    points,
    table,
    tally,
)
from helpers.grading.learners import by_learner, pages
from helpers.grading.sheet import Item, Sheet
from helpers.notebooks import back, source
from helpers.notebooks.notebook import assemble
from tests import browser, course, made_up
from tests.test_build import GOOD, project

LESSON, OTHER = "04_dropout", "06_activations"
WORTH = GOOD.replace('exercise="double"', 'exercise="double" points=2.5')


@pytest.fixture(scope="module")
def what():
    return {name: asked.of(name) for name in (LESSON, OTHER)}


def items(*statuses, mistake=None):
    """An item for each status, worth a point each."""
    return tuple(
        Item(f"e{number}", status, status == "correct", 1, mistake * (status == "not yet") or None)
        if mistake else Item(f"e{number}", status, status == "correct", 1)
        for number, status in enumerate(statuses)
    )  # fmt: skip


def sheet(learner, *statuses, file="", lesson=LESSON):
    return Sheet(learner, file or f"{learner}/x.ipynb", lesson, items(*statuses))


def unread(learner, why="no notebook"):
    return Sheet(learner, f"{learner}/x.pdf", None, remarks=(why,))


def rows(content, delimiter=","):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


# --- points ---------------------------------------------------------------------------------------


def test_an_exercise_counts_one_point_or_what_its_source_says(tmp_path):
    assert set(points.of(LESSON).values()) == {1}
    assert list(points.of(LESSON)) == [task.name for task in course.module(LESSON).progress.tasks]
    assert points.of("01_small", project(tmp_path, WORTH)) == {"double": 2.5}


def test_points_are_in_the_notebook_where_they_are_not_one_and_come_back_from_it():
    notebook = assemble(source.parse(WORTH, "a test"))
    told = [cell.metadata.get("points") for cell in notebook.cells]
    assert told == [2.5 if cell.id == "double-stub" else None for cell in notebook.cells]
    assert back.write_source(notebook) == WORTH
    assert "points" not in str(assemble(source.parse(GOOD, "a test")))


def test_a_sheet_gets_the_points_that_its_exercises_are_worth_once():
    worth = {"e0": 2.5, "e1": 4, "e2": 0}
    once = points.counted(sheet("A", "correct", "not yet", "correct", "correct"), worth)
    assert [(one.points, one.out_of) for one in once.items] == [(2.5, 2.5), (0, 4), (0, 0), (1, 1)]
    assert points.counted(once, worth) == once and (once.points, once.out_of) == (3.5, 7.5)


@pytest.mark.parametrize("wrong", ["-1", '"2"', "true", "[1]", "NaN", "1000"])
def test_points_that_are_none_are_an_error_that_names_the_line(wrong):
    with pytest.raises(source.SourceError, match=r"a test:11: points=.* write a number"):
        source.parse(WORTH.replace("2.5", wrong), "a test")


def test_points_stand_beside_what_can_be_judged():
    for text in (GOOD.replace('check="d', 'points=2 check="d'), "# %% [markdown] points=2\n# x\n"):
        with pytest.raises(source.SourceError, match="points belong to a stub of code"):
            source.parse(text, "a test")


# --- counting -------------------------------------------------------------------------------------


def test_a_class_is_counted_by_lesson_exercise_and_mistake():
    wrong = items("correct", "not yet", mistake="a slip")
    sheets = [sheet("A", "correct", "correct"), sheet("B", "correct", "not started")]
    sheets += [Sheet(name, "", LESSON, wrong) for name in "CD"] + [unread("E")]
    (lesson,) = tally.lessons(sheets)
    assert lesson.middle == (1, 1, 1.25) and len(lesson.sheets) == 4
    first, second = lesson.exercises
    assert second.counts == {"correct": 1, "not yet": 2, "not started": 1} and second.tried == 3
    assert [(one.name, one.count, one.share) for one in second.mistakes] == [("a slip", 2, 2 / 3)]
    assert first.mistakes == [] and second.unnamed == []
    assert [group.exercise for group in tally.shared([lesson])] == ["e1"]


def test_what_one_learner_alone_got_wrong_is_not_shared_but_of_one_learner_it_is_told():
    wrong = Sheet("A", "", LESSON, items("not yet", mistake="a slip"))
    assert tally.shared(tally.lessons([wrong, sheet("B", "correct")])) == []
    assert len(tally.shared(tally.lessons([wrong]))) == 1


def test_wrong_answers_without_a_name_are_grouped_by_what_they_were_told():
    told = ["The shape.", "An error.", "The shape."]
    made = [Sheet(one, "", LESSON, (Item("f", "not yet", 0, 1, message=one),)) for one in told]
    (exercise,) = tally.lessons(made)[0].exercises
    assert [(one.message, one.count) for one in exercise.unnamed] == [
        ("The shape.", 2),
        ("An error.", 1),
    ]


def test_two_people_of_one_name_keep_their_points_apart():
    file = "Anna Muster_{}_assignsubmission_file_/{}.ipynb"
    made = [
        sheet("Anna Muster", "correct", file=file.format(11, "a")),
        sheet("Anna Muster", "not yet", file=file.format(22, "a")),
        sheet("Anna Muster", "not yet", file=file.format(22, "b"), lesson=OTHER),
        sheet("Bo", "correct", lesson=OTHER, file=file.format(33, "b")),
        sheet("Bo", "correct", file=file.format(44, "a")),  # another assignment, another number
    ]
    first, second, third = by_learner(made)
    assert [one.name for one in (first, second, third)] == ["Anna Muster", "Anna Muster (2)", "Bo"]
    assert (first.points, second.points, third.points) == (1, 0, 2)
    assert first.numbers == ["11"] and set(second.graded) == {LESSON, OTHER}


def test_every_learner_has_a_file_of_their_own_whatever_the_name():
    names = [
        "a/b",
        "a\\b",
        "A_B",
        "../..",
        "CON",
        "",
        "x" * 300,
        "Gül Çelik",
        "\ud800",
        "a\nb",
        ".",
    ]
    found = pages(by_learner(sheet(name, "correct") for name in names))
    files = [place.removeprefix("learners/") for place in found.values()]
    assert len({one.lower() for one in files}) == len(names)
    assert all(re.fullmatch(r"[\w ()-]+\.html", one) and len(one.encode()) < 200 for one in files)
    assert found["Gül Çelik"] == "learners/Gül Çelik.html" and "CON.html" not in files


# --- tables ---------------------------------------------------------------------------------------


def test_the_terminals_table_has_a_row_for_each_learner_and_a_line_for_each_remark():
    made = [sheet("Anna", "correct", "not yet"), sheet("Anna", "correct", lesson=OTHER)]
    said = table.terminal(by_learner([*made, unread("佐藤\x1b[2J"), sheet("y" * 99, "correct")]))
    lines = said.splitlines()
    assert lines[0].split() == ["learner", "4", "6", "all"]
    assert lines[1].split() == ["Anna", "1", "1", "2"]
    assert lines[2].startswith("y" * 31 + "… ") and lines[3].split()[1:] == ["–", "–", "–"]
    assert len({table._width(line) for line in lines[:4]}) == 1
    assert lines[-1] == "佐藤�[2J, 佐藤�[2J/x.pdf: no notebook" and "\x1b" not in said


def test_grades_csv_has_a_column_for_each_exercise_and_mistakes_csv_the_names():
    wrong = Sheet("B", "", OTHER, items("not yet", mistake="a slip"), remarks=("merged",))
    learners = by_learner([sheet("A", "correct", "not started"), wrong, unread("C")])
    head, *body = rows(table.points_csv(learners))
    assert head == [
        "learner", "points", LESSON, f"{LESSON}: e0", f"{LESSON}: e1", OTHER, f"{OTHER}: e0"
    ]  # fmt: skip
    assert body == [
        ["A", "1", "1", "1", "0", "", ""],
        ["B", "0", "", "", "", "0", "0"],
        ["C", "", "", "", "", "", ""],
    ]
    _, a, b, _ = rows(table.mistakes_csv(learners))
    assert a[3:5] == ["correct", "not started"] and b[5:] == ["merged", "a slip"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", " =", "\r=", "＝"])
def test_no_name_is_a_formula_to_a_spreadsheet(begin):
    learners = by_learner([sheet(f'{begin}HYPERLINK("x")', "correct")])
    made = [table.points_csv(learners), table.mistakes_csv(learners)]
    made += [
        moodle.plain(learners, {LESSON: 1}),
        canvas.plain(learners, {LESSON: 1}, {LESSON: "x"}),
    ]
    for content in made:
        names = [cell for row in rows(content) for cell in row if "HYPERLINK" in cell]
        assert names and all(name.startswith("'") for name in names)


# --- Moodle and Canvas ----------------------------------------------------------------------------

WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant 11,Anna Muster,anna@x.org,Submitted for grading,,10.00,
Participant 22,"Bo ""B"" Berg",bo@x.org,Submitted for grading,3.00,10.00,"fine, so far"
Participant 33,Chiara Dubois,cd7@x.org,No submission,,10.00,
Participant 44,Dmitri Ito,d@x.org,,,10.00,
Participant 55,Dmitri Ito,e@x.org,,,10.00,
"""


def book(tmp_path, text, **how):
    (tmp_path / "given.csv").write_text(text, newline="", **({"encoding": "utf-8"} | how))
    return gradebook.read(tmp_path / "given.csv")


def test_moodles_worksheet_gets_grades_by_number_by_name_or_by_address(tmp_path):
    file = "Somebody Else_22_assignsubmission_file_/x.ipynb"
    made = [sheet("Somebody Else", "correct", "not yet", "not yet", file=file)]
    made += [sheet("muster_anna", "correct", "correct", "not yet"), sheet("cd7", "correct", *"ab")]
    made += [sheet("Dmitri Ito", "correct"), sheet("Zoe", "correct"), unread("e")]
    content, said = moodle.fill(book(tmp_path, WORKSHEET), by_learner(made), {LESSON: 3})
    before, after = rows(WORKSHEET.encode()), rows(content)
    assert [row[4] for row in after[1:]] == ["6.67", "3.33", "3.33", "", ""]
    assert [row[:4] + row[5:] for row in after] == [row[:4] + row[5:] for row in before]
    assert said == [
        "Dmitri Ito: 2 rows fit; enter the grade by hand",
        "Zoe: no row fits; enter the grade by hand",
        "e: nothing of theirs could be graded; their row stays as it is",
    ]


def test_two_learners_who_fit_one_row_get_no_grade_and_are_told(tmp_path):
    made = [sheet("Anna Muster", "correct"), sheet("muster anna", "not yet")]
    content, said = moodle.fill(book(tmp_path, WORKSHEET), by_learner(made), {LESSON: 1})
    assert rows(content) == rows(WORKSHEET.encode())
    assert said == ["Anna Muster, muster anna: fit the same row; enter their grades by hand"]


def test_a_worksheet_in_another_language_is_written_as_it_was(tmp_path):
    german = (
        "ID;Vollständiger Name;Status;Bewertung;Bestwertung\r\nTeilnehmer/in11;Anna;x;;20,00\r\n"
    )
    given = book(tmp_path, german, encoding="utf-8-sig")
    content, _ = moodle.fill(given, by_learner([sheet("anna", "correct", "not yet")]), {LESSON: 2})
    assert content.decode("utf-8-sig") == german.replace(";;", ";10;") and content[:1] == b"\xef"


@pytest.mark.parametrize(
    "text", ["", "x", "a,b\n1,2\n", "\ufeffIdentifier,Full name\nP 1,A\n", "a,b\n\x00,\n"]
)
def test_what_is_no_worksheet_is_refused(tmp_path, text):
    with pytest.raises(gradebook.GradebookError, match=r"given\.csv: .*download"):
        moodle.columns(book(tmp_path, text))
    with pytest.raises(gradebook.GradebookError, match=r"given\.csv: .*(download|export)"):
        canvas.assignments(book(tmp_path, text))


def test_what_is_no_text_is_refused(tmp_path):
    (tmp_path / "given.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(gradebook.GradebookError, match="no text in UTF-8"):
        gradebook.read(tmp_path / "given.xlsx")


EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Dropout (71),Activations (72),Quiz (73),Final Score
    Points Possible,,,,,20,5,8,(read only)
"Muster, Anna",101,s1,amu,A,,,7,9
"Berg, Bo",102,s2,bbe,A,,3,,8
"""
TITLES = {LESSON: "4 · Dropout", OTHER: "6 · Activations"}


def test_canvas_gets_each_lesson_into_the_assignment_of_its_title(tmp_path):
    given = book(tmp_path, EXPORT)
    made = [sheet("musteranna", "correct", "not yet"), sheet("musteranna", "correct", lesson=OTHER)]
    made += [sheet("x", "correct", "correct", file="bergbo_LATE_102_9876_x.ipynb")]
    into = canvas.chosen(given, {LESSON: 2, OTHER: 1}, TITLES)
    content, said = canvas.fill(given, by_learner(made), into)
    head, most, anna, bo = rows(content)
    assert head == [*canvas.HEADER, "Dropout (71)", "Activations (72)"] and most[5:] == ["20", "5"]
    assert anna[5:] == ["10", "5"] and bo[5:] == ["20", "3"] and said == []


def test_an_assignment_of_canvas_can_be_named_and_has_to_be_where_no_title_tells(tmp_path):
    given = book(tmp_path, EXPORT)
    assert canvas.chosen(given, {LESSON: 2, OTHER: 1}, TITLES, "quiz") == {7: {LESSON: 2, OTHER: 1}}
    with pytest.raises(gradebook.GradebookError, match="--assignment; there are “Dropout”, “Act"):
        canvas.chosen(given, {"01_convolution_shapes": 1}, {"01_convolution_shapes": "1 · Shapes"})
    for name, why in {"t": "more than one", "exam": "no assignment"}.items():
        with pytest.raises(gradebook.GradebookError, match=why):
            canvas.chosen(given, {LESSON: 2}, TITLES, name)
    alone = book(tmp_path, EXPORT.replace("Dropout (71)", "a").replace("Activations (72)", "b"))
    assert canvas.chosen(alone, {LESSON: 2}, TITLES) == {7: {LESSON: 2}}


# --- pages ----------------------------------------------------------------------------------------

BAD = "<img src=x onerror=boom>\"'><script>boom()</script></pre></svg>`<b>`$x$&#39;{{}}%s\ud800\x00"


class Tags(HTMLParser):
    """The tags and attributes of a page, and the text that is read."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def hostile(with_it=BAD):
    """Two sheets in which whatever a learner can choose is `with_it`."""
    names = [task.name for task in course.module(LESSON).progress.tasks]
    made = [
        Item(name, "not yet", 0, 1, with_it if even else None, with_it, ((with_it, with_it),),
             with_it, with_it)
        for even, name in zip([True, False] * 9, names, strict=False)
    ]  # fmt: skip
    words = (("dropout_explained", with_it),)
    whole = Sheet(with_it, with_it, LESSON, tuple(made), words, (with_it,))
    return [
        whole,
        replace(whole, learner="Zoe"),
        Sheet(with_it, with_it, None, (), (), (with_it,)),
    ]


def both(sheets, what):
    """The class page and the first learner's page."""
    learners = by_learner(sheets)
    where = pages(learners)
    return class_page.written(learners, what, where), learner_page.written(learners[0], what)


def test_nothing_that_learners_write_becomes_markup(what):
    tame = both(hostile("tame"), what)
    for bad, good in zip(both(hostile(), what), tame, strict=True):
        bad, good = Tags(bad), Tags(good)
        assert "script" not in bad.tags and bad.attributes == good.attributes
        # `…` is code in what a check says, so some more of that and of its colours
        assert set(bad.tags) <= {*good.tags, "span", "code"}
        assert bad.tags.count("svg") == good.tags.count("svg")
        assert bad.text.count("<script>boom()") > 10


def test_a_page_forbids_scripts_and_other_hosts_and_is_written_whatever_it_holds(what):
    learners = by_learner(hostile())
    made, _ = grade.files(learners, what, {})
    for name, content in made.items():
        if name.endswith(".html"):
            text = content.decode("utf-8")
            assert "default-src 'none'" in text and not re.search(r'(src|href)="(https?:)?//', text)
    read = [Sheet.from_json(one) for one in json.loads(made["grades.json"])]
    assert read == [sheet for one in learners for sheet in one.sheets]


def test_the_class_page_tells_how_many_and_which_mistakes_with_an_example(what):
    made = made_up.a_class(40)
    page = Tags(both(made, what)[0])
    (lesson,) = tally.lessons(made)
    text = " ".join(page.text.split())
    assert f"notebooks graded{len(lesson.sheets)} " in text
    assert f"median of 10 points{lesson.middle[1]:g} " in text
    for exercise in lesson.exercises:
        counts = exercise.counts
        assert f"{counts['correct']} right, {counts['not yet']} wrong" in text
    for group in tally.shared([lesson]):
        assert f"{group.count} of {group.tried} who tried" in text
        assert " ".join(group.message.replace("`", "").split()) in text


def test_no_name_stands_among_the_mistakes_and_the_answers_but_where_it_is_asked_for(what):
    code = "# Anna Muster, ANNA's try\nx = anna.max(max(1, 2))"
    made = [
        Sheet(name, "", LESSON, (Item("dropout", "not yet", 0, 1, "a slip", "No.", (), code),),
              (("dropout_explained", "I, Anna Muster, think so."),))
        for name in ("Anna Muster", "Max Muster-Anna")
    ]  # fmt: skip
    page = both(made, what)[0]
    seen = page.split('<section id="learners">')[0]
    seen = re.sub(r'<span class="name">.*?</a></span>', "", seen)
    assert seen.count("[name]") >= 4 and not re.search("anna|muster", seen, re.IGNORECASE)
    assert ".name { display: none; }" in page


def test_whoever_is_called_max_may_still_write_max():
    text = "# Max, MAX: x.max(max(1, 2)), maximum"
    assert examples.anonymous(text, sheet("Max M")) == "# [name], [name]: x.max(max(1, 2)), maximum"


def test_an_example_is_the_shortest_that_needs_nothing_left_out():
    codes = ["# Anna\nf", "f = 123456789", "f = 1234"]
    made = [Sheet("Anna", "", LESSON, (Item("f", "not yet", 0, 1, "s", answer=c),)) for c in codes]
    (exercise,) = tally.lessons(made)[0].exercises
    assert examples.of(exercise.mistakes[0]) == "f = 1234"


def test_a_learners_page_has_their_verdicts_and_answers_and_nobody_elses(what):
    first, second = (made_up.sheet(made_up.name(one), LESSON, able=0.5) for one in (0, 20))
    page = learner_page.written(by_learner([first])[0], what)
    text = Tags(page).text
    for item in first.items:
        assert f"{item.name}: {item.status}" in text and item.answer.strip() in text
    assert f"{first.points:g} of 10 points" in text and second.learner not in text


def test_a_remark_stands_beside_a_verdict_where_that_does_not_say_it_already(what):
    said = "It did not end."
    item = Item("f", "not yet", 0, 1, message=f"{said} Is there a loop?", remark=said)
    page = both([Sheet("A", "", LESSON, (item, replace(item, remark="Left out.")))], what)[1]
    assert Tags(page).text.count(said) == 2 and "Left out." in page


def test_a_long_answer_is_cut_on_the_class_page_and_whole_on_the_learners(what):
    words = (("dropout_explained", "word " * 300),)
    code = "\n".join(f"x{n} = {n}" for n in range(90))
    made = [Sheet("A", "", LESSON, (Item("f", "not yet", 0, 1, "s", answer=code),), words)]
    of_class, of_learner = (Tags(one).text for one in both(made, what))
    assert of_class.count("word ") < 150 and of_learner.count("word ") > 298
    assert "and 60 more lines" in of_class and "x89" in of_learner


def test_a_class_of_300_with_nine_lessons_fits_in_three_megabytes(what):
    names, sheets = [made_up.name(number) for number in range(300)], []
    for lesson in course.LESSONS:
        kinds = [made_up.sheet("", lesson, seed) for seed in range(12)]
        kinds = [
            replace(one, written=tuple((key, f"{seed} " + "words " * 90) for key, _ in one.written))
            for seed, one in enumerate(kinds)
        ]
        sheets += [replace(kinds[n % 12], learner=name) for n, name in enumerate(names)]
    asked_ = {name: asked.of(name) for name in course.LESSONS}
    assert len(both(sheets, asked_)[0].encode()) < 3_000_000


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command on a heap whose grading gives these sheets; its exit code, its folder."""
    (tmp_path / "heap").mkdir()
    asked_for = []

    def runs(sheets, *options, to="graded"):
        def graded(*arguments):
            asked_for.append(arguments)
            return sheets() if callable(sheets) else sheets

        monkeypatch.setattr(grade, "graded", graded)
        return grade.main([str(tmp_path / "heap"), "--to", str(tmp_path / to), *map(str, options)])

    runs.asked_for = asked_for
    return runs


def test_the_folder_holds_tables_pages_and_what_the_platforms_take(run, tmp_path, capsys):
    assert run([sheet("Anna", "correct"), unread("Bo")]) == 0
    names = {
        one.relative_to(tmp_path / "graded").as_posix()
        for one in (tmp_path / "graded").rglob("*.*")
    }
    assert names == {
        "class.html", "grades.csv", "mistakes.csv", "grades.json", "moodle.csv", "canvas.csv",
        grade.LIST, "learners/Anna.html", "learners/Bo.html",
    }  # fmt: skip
    said = capsys.readouterr().out
    assert "Anna" in said and "Bo, Bo/x.pdf: no notebook" in said
    assert "moodle.csv: made without the platform's own list" in said


def test_what_grading_wrote_it_replaces_and_nothing_else(run, tmp_path, capsys):
    assert run([sheet("Anna", "correct")]) == 0 == run([sheet("Bo", "correct")])
    assert not (tmp_path / "graded/learners/Anna.html").exists()
    (tmp_path / "graded/grades.csv").write_text("raised by hand")
    assert run([sheet("Cy", "correct")]) == 1
    assert "no earlier grading left there (grades.csv" in capsys.readouterr().err
    assert (tmp_path / "graded/grades.csv").read_text() == "raised by hand"
    assert len(run.asked_for) == 2


@pytest.mark.parametrize("to", ["heap", "heap/graded", "heap/../heap/x", "file/x"])
def test_nothing_is_graded_that_could_not_be_written(run, tmp_path, to, capsys):
    (tmp_path / "file").write_text("")
    assert run([sheet("Anna", "correct")], to=to) == 1
    assert capsys.readouterr().err and not run.asked_for and not any((tmp_path / "heap").iterdir())


def test_what_was_edited_while_it_graded_is_kept(run, tmp_path, capsys):
    def edited():
        (tmp_path / "graded/grades.csv").write_text("raised by hand")
        return [sheet("Bo", "correct")]

    assert run([sheet("Anna", "correct")]) == 0 == run(edited)
    assert (tmp_path / "graded/grades.csv").read_text() == "raised by hand"
    assert len(list(tmp_path.glob("graded-*/learners/Bo.html"))) == 1


def test_an_interrupt_leaves_nothing_half(run, tmp_path, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    assert run([sheet("Anna", "correct")]) == 0
    for place in ("graded", "files"):
        with monkeypatch.context() as patched:
            patched.setattr(grade, place, stopped)
            with pytest.raises(KeyboardInterrupt):
                grade.main([str(tmp_path / "heap"), "--to", str(tmp_path / "graded")])
    assert (tmp_path / "graded/learners/Anna.html").exists()
    assert {one.name for one in tmp_path.iterdir()} == {"heap", "graded"}


def test_platforms_lists_are_looked_at_first_and_filled_in(run, tmp_path, capsys):
    (tmp_path / "w.csv").write_text(WORKSHEET)
    (tmp_path / "c.csv").write_text(EXPORT)
    made = [sheet("Anna Muster", "correct", "not yet")]
    assert run(made, "--moodle", tmp_path / "c.csv") == 1 == run(made, "--canvas", tmp_path / "no")
    assert not run.asked_for
    assert run(made, "--moodle", tmp_path / "w.csv", "--canvas", tmp_path / "c.csv") == 0
    assert rows((tmp_path / "graded/moodle.csv").read_bytes())[1][4] == "5"
    assert rows((tmp_path / "graded/canvas.csv").read_bytes())[2][5] == "10"
    assert "made without the platform" not in capsys.readouterr().out


def test_grades_are_not_lost_for_an_assignment_that_is_not_there(run, tmp_path, capsys):
    (tmp_path / "c.csv").write_text(EXPORT)
    made = [sheet("Anna Muster", "correct")]
    assert run(made, "--canvas", tmp_path / "c.csv", "--assignment", "exam") == 0
    assert (
        "canvas.csv: made without c.csv: no assignment is called “exam”" in capsys.readouterr().out
    )


@pytest.mark.parametrize("word", ["4", "04", "dropout", LESSON])
def test_a_lesson_is_named_by_number_or_name(run, word):
    assert run([sheet("Anna", "correct")], "--lesson", word, "--jobs", 3) == 0
    assert run.asked_for[0][1:] == (LESSON, 3)


def test_what_is_not_there_is_told(run, tmp_path, capsys):
    assert run([]) == 1 and "holds no notebook" in capsys.readouterr().err
    assert run([], "--lesson", "5") == 1 and "no notebook of 05_res" in capsys.readouterr().err
    assert run([], "--lesson", "77") == 1 and "no such lesson; 01_" in capsys.readouterr().err
    assert grade.main([str(tmp_path / "none")]) == 1
    assert "there is no such folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        run([], "--jobs", "0")
    assert end.value.code == 2


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(chromium, what, tmp_path_factory):
    """Pages of classes of one, six and twenty-one, with odd names and answers among them."""
    folder = tmp_path_factory.mktemp("pages")
    odd = "Maximiliane-Theodora " * 6 + "Wolfeschlegelsteinhausenbergerdorff" * 4
    classes = {"one": made_up.a_class(1), "five": [*made_up.a_class(5), *hostile()[:1]]}
    classes["many"] = made_up.a_class(20) + [made_up.sheet(odd, one) for one in what]
    for name, sheets in classes.items():
        of_class, of_learner = both(sheets, what)
        (folder / f"{name}.html").write_text(of_class, errors="replace")
        (folder / f"{name}-learner.html").write_text(of_learner, errors="replace")
    context, asked_for = chromium.new_context(offline=True), []
    view = context.new_page()
    view.on("request", lambda request: asked_for.append(request.url))
    yield view, folder, asked_for
    context.close()


def test_axe_finds_nothing_on_any_page_light_or_dark_and_none_is_wider_than_a_phone(opened):
    view, folder, asked_for = opened
    files = sorted(folder.glob("*.html"))
    for file in files:
        view.set_viewport_size({"width": 1280, "height": 800})
        view.goto(file.as_uri())
        view.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert list(browser.axe_in_both_schemes(view)) == [], file.name
        view.set_viewport_size({"width": 375, "height": 800})
        assert view.evaluate("document.documentElement.scrollWidth") <= 375, file.name
    assert (
        len(files) == 6
        and [url for url in asked_for if not url.startswith(("file:", "data:"))] == []
    )


def test_names_beside_answers_in_words_are_hidden_until_the_box_is_ticked(opened):
    view, folder, _ = opened
    view.goto((folder / "five.html").as_uri())
    name, box = view.locator(".answers .name").first, view.locator(".toggle input").first
    assert not name.is_visible()
    box.check()
    assert name.is_visible()
    view.reload()
    view.emulate_media(media="print")
    assert not name.is_visible() and not box.is_visible()
