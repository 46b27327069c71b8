"""The command keeps the contract: its words, its exit codes, its JSON; errors are sentences."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search.command.cli import main

ROOT = Path(__file__).resolve().parents[2]
HIT_FIELDS = {
    "id", "permalink", "url", "document", "kind", "order", "article", "section", "text", "marks", "snippets", "score", "tier", "regions",
    "years", "programs",
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the five seeds."""
    folder = tmp_path_factory.mktemp("cli") / "index"
    result = run("build", str(ROOT / "seeds"), "--index", str(folder))
    assert result.exit_code == 0, result.output
    return folder


def run(*words: str, text: str | None = None) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(main, list(words), input=text)


def ask(*words: str) -> object:
    """Runs the command and reads its JSON."""
    result = run(*words, "--json")
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def test_build_reports_every_file(index: Path) -> None:
    """A second build says that nothing changed; the report is JSON on demand."""
    again = run("build", str(ROOT / "seeds"), "--index", str(index), "--json")
    report = json.loads(again.stdout)
    assert report["unchanged"] is True
    assert report["documents"] == 5
    assert {file["status"] for file in report["files"]} == {"kept"}


def test_build_with_a_refused_file_exits_1(tmp_path: Path) -> None:
    """A refused file is named with its reason; the others are built."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("2019年，滦平县与密云区签订帮扶协议，双方商定三年规划。\n", encoding="utf-8")
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    result = run("build", str(tmp_path / "in"), "--index", str(tmp_path / "index"))
    assert result.exit_code == 1
    assert "empty.txt" in result.stdout
    assert run("search", "滦平县", "--index", str(tmp_path / "index")).exit_code == 0


def test_search_prints_hits_and_facets(index: Path) -> None:
    """密云区, cut in two by a line break of the source, is found, with links and the three facets."""
    result = run("search", "密云区", "--index", str(index))
    assert result.exit_code == 0
    assert re.search(r"/p/[0-9a-z]{12}", result.stdout)
    for facet in ("地区", "年份", "类型"):
        assert facet in result.stdout


def test_search_json_has_the_fields_of_the_contract(index: Path) -> None:
    """Every field that the contract names is there, with the right form."""
    body = ask("search", "消费扶贫", "--region", "河北省/承德市/滦平县", "--year", "2018-2020", "--index", str(index))
    assert isinstance(body, dict)
    assert set(body) >= {"query", "total", "documents", "page", "size", "hits", "facets", "suggestions", "index"}
    assert set(body["query"]) >= {"text", "canonical", "description", "notes", "expansions"}
    hit = body["hits"][0]
    assert set(hit) >= HIT_FIELDS
    assert hit["permalink"] == f"/p/{hit['id']}"
    assert set(hit["regions"][0]) >= {"path", "role", "inherited", "evidence"}
    assert set(hit["years"][0]) >= {"year", "inherited", "resolved", "evidence"}
    assert all(value["selected"] == (2018 <= value["value"] <= 2020) for value in body["facets"]["year"] if value["value"] != "none")


def test_a_count_is_what_the_click_gives(index: Path) -> None:
    """Each facet value, chosen, gives the number that stood beside it."""
    body = ask("search", "消费扶贫", "--index", str(index))
    assert isinstance(body, dict)
    for facet, option in (("region", "--region"), ("year", "--year"), ("program", "--program")):
        for value in body["facets"][facet]:
            chosen = ask("search", "消费扶贫", option, str(value["value"]), "--index", str(index))
            assert isinstance(chosen, dict)
            assert chosen["total"] == value["count"], (facet, value)


def test_show_and_labels(index: Path) -> None:
    """A document, a passage, and why its labels are there."""
    document = ask("show", "000_b8b8e29840079a9b", "--index", str(index))
    assert isinstance(document, dict)
    assert set(document) >= {"id", "title", "subtitle", "source", "date", "year", "year_inferred", "source_file", "sha256", "supporters",
                             "recipients", "blocks", "removed"}  # fmt: skip
    block = document["blocks"][2]
    assert set(block) >= {"id", "order", "kind", "article", "section", "text", "source_lines", "regions", "years", "programs", "figures"}
    passage = ask("show", block["id"], "--index", str(index))
    assert isinstance(passage, dict)
    assert passage["state"] == "exact"
    assert passage["text"] == block["text"]
    explained = run("labels", block["id"], "--index", str(index))
    assert explained.exit_code == 0
    assert "依据" in explained.stdout


def test_locate_finds_a_pasted_quote(index: Path) -> None:
    """A quote with line breaks and spaces is found, from the argument and from standard input; nonsense is not."""
    quote = "其中来\n京 就 业 1204 人 ，就近就业\n13,896人"
    body = ask("locate", quote, "--index", str(index))
    assert isinstance(body, dict)
    assert body["matches"][0]["document"] == "000_b8b8e29840079a9b"
    assert run("locate", "-", "--index", str(index), text=quote).exit_code == 0
    assert run("locate", "量子纠缠与引力波探测的最新进展综述", "--index", str(index)).exit_code == 1


@pytest.mark.parametrize("form", ["csv", "jsonl", "bibtex", "ris", "gbt7714", "markdown", "docx"])
def test_export_writes_every_format(index: Path, form: str) -> None:
    """Each format has one entry a hit or a document."""
    result = run("export", "对口协作", "--format", form, "--index", str(index))
    assert result.exit_code == 0
    assert len(result.stdout_bytes) > 100


def test_ledger_goes_out_and_comes_in(index: Path, tmp_path: Path) -> None:
    """An exported ledger is JSON Lines that another index takes in."""
    out = run("export", "--ledger", "--index", str(index))
    lines = out.stdout.splitlines()
    assert len(lines) > 5
    assert all(isinstance(json.loads(line), dict) for line in lines)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt").write_text("另一个收藏里的另一件文献，讲的是别的事情。\n", encoding="utf-8")
    assert run("build", str(tmp_path / "one"), "--index", str(tmp_path / "index")).exit_code == 0
    (tmp_path / "ledger.jsonl").write_text(out.stdout, encoding="utf-8")
    assert run("import", str(tmp_path / "ledger.jsonl"), "--index", str(tmp_path / "index")).exit_code == 0


def test_check_tells_sound_from_damaged(tmp_path: Path) -> None:
    """An altered byte is found, and the exit code says so."""
    assert run("build", str(ROOT / "seeds" / "003_ec5599ac1f062679.txt"), "--index", str(tmp_path)).exit_code == 0
    assert run("check", "--index", str(tmp_path)).exit_code == 0
    largest = max((path for path in tmp_path.glob("2*/*") if path.is_file()), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 0xFF
    largest.write_bytes(data)
    result = run("check", "--index", str(tmp_path))
    assert result.exit_code in (1, 3)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("search", "x", "--index", "nowhere"), 3),
        (("show", "x", "--index", "nowhere"), 3),
        (("serve", "--index", "nowhere"), 3),
        (("check", "--index", "nowhere"), 3),
        (("search", "x", "--engine", "lucene:y"), 3),
        (("search",), 2),
        (("nonsense",), 2),
        (("search", "x", "--index", "a", "--engine", "whoosh:b"), 2),
    ],
)
def test_wrong_use_has_its_exit_code_and_a_sentence(words: tuple[str, ...], code: int) -> None:
    """2 is wrong usage, 3 no usable index; neither shows a traceback."""
    result = run(*words)
    assert result.exit_code == code
    assert result.output.strip()
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("--year", "abc"),
        ("--year", "2020-2018"),
        ("--program", "nonsense"),
        ("--region", "火星市"),
        ("--sort", "best"),
        ("--page", "0"),
        ("--size", "101"),
        ("--kind", "verse"),
    ],
)
def test_filters_that_make_no_sense_are_refused(index: Path, words: tuple[str, str]) -> None:
    """A filter value that is none is wrong usage, told in one sentence."""
    result = run("search", "扶贫", *words, "--index", str(index))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_unknown_id_exits_1(index: Path) -> None:
    """An id that was never given out is not found."""
    assert run("show", "000000000000", "--index", str(index)).exit_code == 1


def test_kwic_lists_every_occurrence(index: Path) -> None:
    """The concordance has a line an occurrence, the keyword in the middle."""
    result = run("kwic", "“消费扶贫”", "--index", str(index))
    lines = result.stdout.splitlines()
    assert len(lines) > 60
    assert all(line.split("\t")[1] == "消费扶贫" for line in lines)


def test_labels_for_review(index: Path) -> None:
    """The least certain labels come first, each with its passage, its reason and the line that mends it; an id beside it is wrong usage."""
    found = ask("labels", "--suggest", "--limit", "5", "--index", str(index))
    assert isinstance(found, list)
    assert 0 < len(found) <= 5
    assert [one["weight"] for one in found] == sorted((one["weight"] for one in found), reverse=True)
    assert all(one["mend"].startswith("forbid_") and one["source_file"].endswith(".txt") for one in found)
    shown = run("labels", "--suggest", "--index", str(index)).stdout
    assert found[0]["reason"] in shown
    assert found[0]["mend"] in shown
    assert run("labels", "--index", str(index)).exit_code == 2
    assert run("labels", found[0]["passage_id"], "--suggest", "--index", str(index)).exit_code == 2


def test_an_engine_url_given_as_a_folder_is_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--index whoosh:/x` opens the index there, and no folder called “whoosh:” is made."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["search", "密云", "--index", f"whoosh:{tmp_path / 'none'}"])
    assert result.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_explain_accounts_for_every_point(index: Path) -> None:
    """`search --explain` gives parts that add up to the score, of full matches and of what is only near."""
    for query in ("消费扶贫 密云", "林西 招聘会", "海淀区和赤城县什么时候结对"):
        found = ask("search", query, "--explain", "--index", str(index))
        for hit in found["hits"]:  # type: ignore[index]
            assert sum(part["points"] for part in hit["explanation"]) == pytest.approx(hit["score"], abs=2e-3)


def test_figures_on_the_terminal_and_as_json(index: Path) -> None:
    """`--figures` lists the figures of a result set, filtered by their own values, the greatest first where asked."""
    found = ask("search", "密云", "--figures", "--unit", "CNY", "--min", "1000万", "--sort", "value-desc", "--index", str(index))
    assert isinstance(found, dict)
    values = [figure["value"] for figure in found["figures"]]
    assert values == sorted(values, reverse=True)
    assert values[-1] >= 10_000_000
    shown = run("search", "资金>1000万元", "--figures", "--size", "2", "--index", str(index))
    assert shown.exit_code == 0
    assert "第 1–2 个数据" in shown.stdout


def test_what_chooses_figures_needs_figures(index: Path) -> None:
    """A unit without `--figures`, two kinds of export at once, and a form that is none of the kind are wrong usage."""
    for words in (
        ("search", "密云", "--unit", "CNY"),
        ("export", "--figures", "--relations"),
        ("export", "--relations", "--format", "bibtex"),
        ("export", "--format", "graphml"),
    ):
        assert run(*words, "--index", str(index)).exit_code == 2


@pytest.mark.parametrize(
    ("what", "form"), [("--figures", "csv"), ("--figures", "xlsx"), ("--relations", "jsonl"), ("--relations", "graphml")]
)
def test_records_are_exported(index: Path, what: str, form: str) -> None:
    """Figures and relations go to standard output in every form."""
    result = run("export", what, "--format", form, "--index", str(index))
    assert result.exit_code == 0
    assert len(result.stdout_bytes) > 500


def test_cite_names_the_work_and_links(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage and a document, in a style of choice, with the link of the public address; an unknown id is an error in a sentence."""
    document = ask("show", "000_b8b8e29840079a9b", "--index", str(index))
    assert isinstance(document, dict)
    passage = document["blocks"][2]["id"]
    monkeypatch.setenv("BANGFU_BASE_URL", "https://example.org/archive")
    assert f"https://example.org/archive/p/{passage}" in run("cite", passage, "--index", str(index)).stdout
    said = run("cite", document["id"], "--style", "bibtex", "--index", str(index)).stdout
    assert said.startswith("@")
    assert document["title"] in said
    assert run("cite", "zzzzzzzzzzzz", "--index", str(index)).exit_code == 1
    assert run("cite", passage, "--style", "unheard-of", "--index", str(index)).exit_code == 2
