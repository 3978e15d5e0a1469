"""The site: every lesson as a page that needs no Python and no network, and gives nothing away."""

import html
import json
import re
from html import unescape

import pytest

from helpers.notebooks import address, handout, page, site, source
from helpers.notebooks.files import write_folder
from tests import browser, course
from tests.test_build import GOOD, build, project

BARE = source.Cell("code", "lesson.explore()", 1, id="see")


@pytest.fixture(scope="module")
def learners():
    return site.contents(source.ROOT, solutions=False)


@pytest.fixture(scope="module")
def solved():
    return site.contents(source.ROOT, solutions=True)


def small(tmp_path, text=GOOD):
    root = project(tmp_path, text)
    assert build.main([], root) == 0
    return root


def shown(text, **outputs):
    """A page of one lesson's source."""
    cells = source.parse(text, "a test")
    return page.lesson("01_small", cells, outputs)[1]


def test_there_is_a_page_for_every_lesson_and_each_link_leads_somewhere(learners):
    pages = {name: content.decode() for name, content in learners.items()}
    assert pages.keys() == {"index.html", "style.css", site.LIST} | {
        f"{n}.html" for n in course.LESSONS
    }
    for name, text in pages.items():
        for target in re.findall(r' (?:href|src)="(?!data:)([^"]*)"', text):
            file, _, place = target.partition("#")
            assert file in pages or not file, f"{name} leads to {target}"
            assert not place or f'id="{place}"' in pages[file or name], f"{name} leads to {target}"
    for before, after in zip(course.LESSONS, course.LESSONS[1:], strict=False):
        assert f'href="{after}.html">Next' in pages[f"{before}.html"]
        assert f'href="{before}.html">Before' in pages[f"{after}.html"]


def test_the_contents_say_of_each_lesson_what_the_readme_says(learners):
    index = unescape(learners["index.html"].decode())
    for name in course.LESSONS:
        said = site.overview.head(name)
        assert f"{int(name[:2])} · {said.title}</a> {said.teaser}" in index
        assert page.inline(said.writes).split("<")[0] in index


def test_no_line_of_a_solution_is_in_the_learners_pages(learners):
    assert site.leaks(learners, source.ROOT) == []
    assert b"<details" not in b"".join(learners.values())


@pytest.mark.parametrize("dressed", ["code", "escaped", "state"])
def test_a_leak_is_found_through_markup(learners, dressed):
    name = course.LESSONS[0]
    line = next(one for one in handout.secrets(name, source.ROOT) if re.search(r"\w \W+ \w", one))
    text = {"code": page.coloured(line), "escaped": page.escape(line), "state": json.dumps([line])}
    found = site.leaks(learners | {"extra.html": text[dressed].encode()}, source.ROOT)
    assert len(found) == 1 and "extra.html" in found[0]


@pytest.mark.parametrize("lesson", course.LESSONS)
def test_each_solution_is_folded_and_so_is_what_it_makes(solved, lesson):
    text = solved[f"{lesson}.html"].decode()
    open_to_all = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert "<details open" not in text
    for cell in course.cells(lesson):
        place = f'id="{cell.id}"'
        assert place in text and (place in open_to_all) == (not cell.solution)
    assert "✓" in text and ": correct</b>" not in open_to_all


def test_what_a_learner_is_asked_is_on_the_page_though_no_kernel_runs(learners):
    cells = [cell for name in course.LESSONS for cell in course.cells(name)]
    asked = [cell for cell in cells if page.QUESTION.fullmatch(cell.text.strip())]
    text = b"".join(learners.values()).decode()
    assert len(asked) > 20
    for cell in asked:
        assert re.search(
            rf'id="{cell.id}">\n<pre>.*?</pre>\n<(div|pre) class="output">', text, re.S
        )


@pytest.mark.parametrize("lesson", course.LESSONS)
def test_every_formula_is_mathml_and_every_picture_has_its_text(solved, lesson):
    text = re.sub('base64,[^"]*', "", solved[f"{lesson}.html"].decode())
    body = re.sub(r"<(pre|script|code)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert "$" not in body and "merror" not in body and not re.search(r"\\[a-z]{3}", body)
    assert all(re.search(r'alt="[^"]{10}', image) for image in re.findall(r"<img[^>]*>", text))


def test_a_formula_that_cannot_be_typeset_is_an_error_that_names_its_lesson():
    with pytest.raises(source.SourceError, match=r"solutions/01_small.py: a formula: .*nonsense"):
        shown("# %% [markdown]\n# See $\\nonsense{x}$.\n")


def test_prose_code_and_text_are_escaped():
    outputs = {"start-code-1": [{"output_type": "stream", "text": "<b>&"}]}
    text = shown("# %% [markdown]\n# <i>x</i> `a<b`\n\n# %%\nx < 2\n", **outputs)
    assert "<i>" not in text and "<code>a&lt;b</code>" in text and "&lt;b&gt;&amp;</pre>" in text


def test_a_progress_bar_is_left_out():
    outputs = {"start-code-1": [{"data": {"text/plain": "training:   0%|          | 0/800"}}]}
    assert "training" not in shown("# %%\nx\n", **outputs)


def test_grids_cannot_be_edited_and_the_page_says_what_takes_the_notebook():
    text = page.lesson("02_convolution_as_matrix", [BARE], {})[1]
    state = json.loads(unescape(re.search(r'data-state="([^"]*)"', text)[1]))
    assert len(state["data"]["steps"]) > 1 and state["alt"].endswith(".")
    assert not any(grid["edit"] for grid in state["data"]["grids"])
    assert "Run the notebook to set “" in text and "and to change the cells" in text


def test_a_figure_stays_a_picture():
    text = page.lesson("04_dropout", [BARE], {})[1]
    assert "data-state" not in text and "<img alt=" in text and "Run the notebook to set" in text


def test_the_same_sources_make_the_same_bytes(learners, tmp_path):
    again = page.lesson("02_convolution_as_matrix", [BARE], {})[1].split(">", 1)[1]
    assert again in learners["02_convolution_as_matrix.html"].decode()
    root = small(tmp_path)
    assert site.contents(root, True) == site.contents(root, True)


def test_a_site_is_written_anew_in_its_folder_and_other_folders_are_refused(tmp_path, capsys):
    root, folder = small(tmp_path), tmp_path / "out" / "site"
    assert site.main([str(folder)], root) == 0
    assert site.main([str(folder), "--solutions"], root) == 0
    assert "2 * x" in page.read((folder / "01_small.html").read_bytes()).decode()
    before = (folder / "index.html").read_bytes()
    for name, text in {"thesis.txt": "two years of work", "index.html": "rewritten"}.items():
        (folder / name).write_text(text)
        assert site.main([str(folder)], root) == 1
        assert f"holds what no earlier site left there ({name}" in capsys.readouterr().err
        assert (folder / name).read_text() == text
        (folder / "thesis.txt").unlink(missing_ok=True)
    (folder / "index.html").write_bytes(before)
    assert site.main([str(folder)], root) == 0
    assert [path.name for path in folder.parent.iterdir()] == ["site"]
    (tmp_path / "file").write_text("")
    assert site.main([str(tmp_path / "file")], root) == 1


def test_once_the_address_is_set_each_page_leads_to_the_learners_notebook(tmp_path):
    root = project(tmp_path, GOOD)
    (root / "course.toml").write_text('address = "https://github.com/you/course"')
    assert build.main([], root) == 0
    links = address.links("01_small", root)
    assert len(links) == 3
    for solutions in (False, True):
        text = site.contents(root, solutions)["01_small.html"].decode()
        for label, url in links.items():
            assert f'<a href="{html.escape(url)}">{label}</a>' in text


def test_nothing_is_written_of_a_lesson_that_is_not_built(tmp_path, capsys):
    root = small(tmp_path)
    (root / "solutions" / "01_small.py").write_text(GOOD.replace("a promise", "another promise"))
    assert site.main([str(tmp_path / "site")], root) == 1
    assert "`python -m helpers build 01`" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_nothing_is_written_where_a_line_gives_a_solution_away(tmp_path, capsys, monkeypatch):
    root = small(tmp_path, GOOD.replace("return 2 * x", "return x + x + 0 * x"))
    spoilt = {"01_small.html": page.coloured("return x + x + 0 * x").encode()}
    monkeypatch.setattr(site, "contents", lambda *_: spoilt)
    assert site.main([str(tmp_path / "site")], root) == 1
    assert "these lines give solutions away" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_folder_that_cannot_be_written_whole_stays_as_it_was(tmp_path):
    write_folder(tmp_path / "site", {"a": b"old"})
    with pytest.raises(OSError):
        write_folder(tmp_path / "site", {"a": b"new", "a/b": b"a is no folder"})
    assert (tmp_path / "site" / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.fixture(scope="module")
def opened(chromium, solved, tmp_path_factory):
    """A page that reaches nothing but the site's folder, what it asked for, and its complaints."""
    folder = tmp_path_factory.mktemp("site")
    write_folder(folder, solved)
    context, asked, said = chromium.new_context(offline=True), [], []
    view = context.new_page()
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    view.on("pageerror", lambda error: said.append(str(error)))
    yield view, folder.as_uri(), asked, said
    context.close()


# Open what is folded, and keep one word of each colour: axe-core takes its time over each.
UNFOLD = """
    document.querySelectorAll('details').forEach(one => { one.open = true; });
    const seen = new Set();
    for (const word of document.querySelectorAll('pre span')) {
        if (seen.has(word.className)) word.replaceWith(...word.childNodes);
        seen.add(word.className);
    }
"""


def test_axe_finds_nothing_on_any_page_and_no_page_asks_another_host(opened):
    view, folder, asked, said = opened
    for name in ["index", *course.LESSONS]:
        view.goto(f"{folder}/{name}.html")
        view.evaluate(f"() => {{ {UNFOLD} }}")
        assert list(browser.axe_in_both_schemes(view)) == [], name
    assert len(asked) > len(course.LESSONS)
    assert [url for url in asked if not url.startswith((folder, "data:"))] == []
    assert said == []


def test_no_page_is_wider_than_a_phone(opened):
    view, folder, _, _ = opened
    view.set_viewport_size({"width": 390, "height": 800})
    for name in ["index", *course.LESSONS]:
        view.goto(f"{folder}/{name}.html")
        view.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert view.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_a_grids_steps_move_by_slider_by_keys_and_by_playing(opened):
    view, folder, _, said = opened
    view.goto(f"{folder}/{course.LESSONS[0]}.html")
    canvas, slider = view.locator("canvas").first, view.locator("input[type=range]").first
    caption, play = view.locator(".caption").first, view.locator(".player button").first
    looks = {browser.canvas_hash(canvas)}

    def moved(step):
        view.wait_for_function(
            "step => document.querySelector('.player output').textContent === step", arg=step
        )
        view.wait_for_timeout(50)
        looks.add(browser.canvas_hash(canvas))

    slider.fill("3")
    moved("3")
    assert caption.inner_text().startswith("Row 0, column 3")
    slider.press("ArrowRight")
    moved("4")
    canvas.press("ArrowRight")
    moved("5")
    assert slider.input_value() == "5"
    play.click()
    moved("6")
    play.click()
    assert play.inner_text() == "Play"
    slider.press("End")
    moved("24")
    assert len(looks) == 6 and said == []
