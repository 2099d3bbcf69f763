import pytest

from bench import __main__ as main
from bench.lab import BenchError
from bench.report import Table


@pytest.fixture
def measured(monkeypatch):
    """Sections that measure nothing, and the names of those that were asked."""
    asked = []

    def section(name):
        def measure(lab):
            asked.append((name, lab.runs, lab.quick))
            if name == "memory":
                raise BenchError("no gunicorn")
            return [Table(f"Table of {name}", ("what",))]

        return measure

    monkeypatch.setattr(main, "SECTIONS", {name: section(name) for name in main.SECTIONS})
    return asked


def test_everything_is_measured_by_default():
    chosen = main.arguments([])
    assert (chosen.sections, chosen.runs, chosen.quick, chosen.write) == (
        list(main.SECTIONS),
        5,
        False,
        False,
    )


def test_chosen_sections_come_in_the_bench_order():
    assert main.arguments(["ingest", "serve"]).sections == ["serve", "ingest"]


@pytest.mark.parametrize(
    "words", [["speed"], ["--runs", "0"], ["--runs", "-3"], ["--runs", "many"], ["--fast"]]
)
def test_wrong_arguments_exit_with_2(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main.arguments(words)
    assert stopped.value.code == 2
    assert "python -m bench: error:" in capsys.readouterr().err


def test_tables_are_printed_and_the_exit_code_is_0(measured, capsys):
    assert main.main(["serve", "render"]) == 0
    assert [name for name, *_ in measured] == ["serve", "render"]
    assert "Table of render" in capsys.readouterr().out


def test_a_section_that_breaks_is_said_and_the_others_go_on(measured, capsys):
    assert main.main([]) == 1
    assert len(measured) == len(main.SECTIONS)
    assert "bench: memory broke: no gunicorn" in capsys.readouterr().err


def test_quick_means_few_runs(measured):
    main.main(["serve", "--quick"])
    main.main(["serve", "--quick", "--runs", "1"])
    main.main(["serve", "--runs", "7"])
    assert measured == [("serve", 2, True), ("serve", 1, True), ("serve", 7, False)]


def test_write_renews_the_page(measured, monkeypatch, tmp_path):
    page = tmp_path / "performance.md"
    monkeypatch.setattr(main, "ROOT", tmp_path)
    monkeypatch.setattr(main, "PAGE", page)
    assert main.main(["serve", "--write"]) == 0
    assert "**Table of serve**" in page.read_text()
    page.write_text("marks taken out")
    assert main.main(["serve", "--write"]) == 1
    assert page.read_text() == "marks taken out"
