import pytest

from bench.report import BEGIN, END, Table, Target, machine, rewritten, write

ORDER = ("serve", "render", "memory")


@pytest.fixture
def table():
    made = Table("Speed", ("what", "ratio"), notes=["Medians."])
    made.add("page", "0.97", checks=[(0.97, Target(0.5, at_least=True))])
    made.add("a longer name", "1.60", checks=[(1.6, Target(1.5))])
    made.add("untargeted", "3")
    return made


@pytest.mark.parametrize(
    ("target", "value", "mark"),
    [
        (Target(0.5, at_least=True), 0.5, "ok"),
        (Target(0.5, at_least=True), 0.49, "over"),
        (Target(220.0), 219.9, "ok"),
        (Target(220.0), 220.0, "over"),
    ],
)
def test_marks_say_on_which_side_of_the_target_a_figure_is(target, value, mark):
    assert target.mark(value) == mark


def test_targets_carry_their_unit():
    assert str(Target(220.0, unit=" MB")) == "< 220 MB"
    assert str(Target(0.8, at_least=True)) == "≥ 0.8"


def test_text_is_aligned(table):
    assert table.as_text().splitlines() == [
        "Speed",
        "",
        "what           ratio  target",
        "-------------  -----  ------  ----",
        "page            0.97   ≥ 0.5    ok",
        "a longer name   1.60   < 1.5  over",
        "untargeted         3",
        "  Medians.",
    ]


def test_markdown_has_one_cell_per_heading(table):
    lines = [line for line in table.as_markdown().splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {5}
    assert "| page | 0.97 | ≥ 0.5 | ok |" in lines


def test_a_row_with_two_targets_is_over_when_one_is(table):
    table.add("both", "", checks=[(9.0, Target(10.0, unit=" s")), (401.0, Target(400.0, unit=" MB"))])
    assert table.rows[-1][-2:] == ("< 10 s, < 400 MB", "over")


def test_a_row_must_fit_its_columns(table):
    with pytest.raises(ValueError, match="1 cells under 2"):
        table.add("alone")


def test_only_measured_sections_are_renewed_and_the_rest_of_the_page_stays():
    page = f"# Title\n{BEGIN}\n\n### serve\n\nold serve\n\n### memory\n\nold memory\n\n{END}\nAfter.\n"
    renewed = rewritten(page, {"render": "new render", "serve": "new serve"}, ORDER)
    assert renewed == (
        f"# Title\n{BEGIN}\n\n### serve\n\nnew serve\n\n### render\n\nnew render\n\n"
        f"### memory\n\nold memory\n\n{END}\nAfter.\n"
    )


def test_renewing_twice_changes_nothing():
    once = rewritten(f"{BEGIN}\n{END}\n", {"serve": "figures\n\n| a | b |"}, ORDER)
    assert rewritten(once, {"serve": "figures\n\n| a | b |"}, ORDER) == once


@pytest.mark.parametrize("page", ["no marks", f"{BEGIN} only", f"{END} before {BEGIN}"])
def test_a_page_without_both_marks_is_left_alone(page):
    with pytest.raises(ValueError, match="bench:begin"):
        rewritten(page, {"serve": "x"}, ORDER)


def test_a_missing_page_is_made(tmp_path, table):
    path = tmp_path / "docs" / "performance.md"
    write(path, {"serve": [table]}, ORDER, how="5 runs")
    page = path.read_text()
    assert page.startswith("# Performance\n")
    assert "### serve\n\n" in page
    assert "cores" in page
    assert "; 5 runs." in page


def test_the_machine_is_described_without_its_name():
    import platform

    assert "Python" in machine()
    assert platform.node() not in machine()
