"""What could not be seen was not removed, and what changes while a build looks at it is never mixed up or lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from search import BuildReport, SearchError, Settings, build, open_library
from search.building import second_walk
from search.building.guard import lost
from search.command.cli import main
from search.errors import GenerationShrinks, IndexMissing, SourceEmpty, SourceMissing
from search.reading import FoundSource, collect

SENTENCE = "第{}号文件：南岭区与北岭县签订帮扶协议，投入资金{}万元，援建车间一座。\n"


def write(folder: Path, count: int, *, first: int = 0) -> Path:
    """A folder of so many documents."""
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        (folder / f"{number:02}.txt").write_text(SENTENCE.format(number, number * 7 + 3), encoding="utf-8")
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An engine URL that nothing was built at yet."""
    return f"whoosh:{tmp_path / 'index'}"


def generation(url: str) -> tuple[str, int]:
    """The generation in force, and how many documents it has."""
    with open_library(url) as library:
        return library.manifest().generation, len(library.documents())


# --- roots --------------------------------------------------------------------------------------------------------------------


def test_a_missing_or_empty_source_builds_nothing(tmp_path: Path, url: str) -> None:
    """A folder that is not there, or has no file in it, raises; no index appears, and one that is there stays in force."""
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    for source, error in ((tmp_path / "nowhere", SourceMissing), (tmp_path / "empty", SourceEmpty)):
        with pytest.raises(error):
            build([source], url)
        with pytest.raises(IndexMissing):
            open_library(url)
    good = write(tmp_path / "good", 2)
    build([good], url)
    before = generation(url)
    for sources in ([tmp_path / "nowhere"], [good, tmp_path / "nowhere"], [good, tmp_path / "empty"], []):
        for allowed in (False, True):
            with pytest.raises(SearchError):
                build(sources, url, allow_shrink=allowed)
    assert generation(url) == before


def test_the_command_says_so_and_says_how(tmp_path: Path) -> None:
    """A mistyped folder is exit code 2 and a sentence that names it; the links live on."""
    good, index = write(tmp_path / "good", 2), str(tmp_path / "index")
    assert CliRunner().invoke(main, ["build", str(good), "--index", index]).exit_code == 0
    result = CliRunner().invoke(main, ["build", str(tmp_path / "godo"), "--index", index])
    assert result.exit_code == 2
    assert "godo" in result.stderr
    assert str(tmp_path) not in result.stderr
    assert CliRunner().invoke(main, ["search", "帮扶", "--index", index]).exit_code == 0


def test_a_folder_without_permission_is_missing(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is refused like one that is not there."""
    folder = write(tmp_path / "closed", 1)

    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr("search.building.guard.os.scandir", refuse)
    with pytest.raises(SourceMissing, match="权限"):
        build([folder], url)


# --- shrinking ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "gone", "refused"), [(2, 1, False), (2, 2, True), (3, 2, True), (4, 2, False), (5, 3, True), (20, 4, False), (20, 5, True)]
)
def test_a_good_part_of_the_documents_goes_only_when_told(tmp_path: Path, url: str, before: int, gone: int, refused: bool) -> None:
    """More than a fifth is refused, one or two of a handful are not; the refusal names the documents, and `allow_shrink` lets them go."""
    folder = write(tmp_path / "in", before)
    build([folder], url)
    in_force = generation(url)
    for number in range(gone):
        (folder / f"{number:02}.txt").unlink()
    (folder / "new.txt").write_text(SENTENCE.format("新", 1), encoding="utf-8")
    if refused:
        for full in (False, True):
            with pytest.raises(GenerationShrinks, match="--allow-shrink") as caught:
                build([folder], url, full=full)
            assert caught.value.documents == tuple(f"{number:02}.txt" for number in range(gone))
        assert generation(url) == in_force
    report = build([folder], url, allow_shrink=refused)
    assert report.documents == before - gone + 1
    assert len(report.removed_documents) == gone


def test_documents_that_cannot_be_read_any_more_count_as_lost(tmp_path: Path, url: str) -> None:
    """The guard looks at what was read, not at what is there: files that turned to rubbish do not empty the index."""
    folder = write(tmp_path / "in", 10)
    build([folder], url)
    in_force = generation(url)
    for number in range(5):
        (folder / f"{number:02}.txt").write_bytes(b"\0" * 100)
    with pytest.raises(GenerationShrinks):
        build([folder], url)
    assert generation(url) == in_force


def test_renaming_all_files_loses_none(tmp_path: Path, url: str) -> None:
    """The same bytes under another name are not lost."""
    folder = write(tmp_path / "in", 10)
    build([folder], url)
    folder.rename(tmp_path / "other")
    for path in list((tmp_path / "other").iterdir()):
        path.rename(path.with_name(f"neu-{path.name}"))
    assert build([tmp_path / "other"], url).links["moved"] == 10


def test_lost_is_neither_name_nor_bytes() -> None:
    """A document is lost when neither its name nor its bytes are there."""
    assert lost({"a": "1", "b": "2", "c": "3"}, {"a": "9", "x": "2"}) == ("c",)


def test_the_share_is_a_setting(tmp_path: Path, url: str) -> None:
    """`max_shrink_percent` moves the threshold."""
    folder = write(tmp_path / "in", 10)
    build([folder], url)
    for number in range(6):
        (folder / f"{number:02}.txt").unlink()
    with pytest.raises(GenerationShrinks):
        build([folder], url, settings=Settings(max_shrink_percent=59))
    assert build([folder], url, settings=Settings(max_shrink_percent=60)).documents == 4


# --- changes while a build looks on -------------------------------------------------------------------------------------------


def between_walks(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Does something after the survey, before the sources are walked to again."""

    def changed(*given: object) -> Iterator[FoundSource]:
        change()
        yield from collect(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(second_walk, "collect", changed)


def outcomes(report: BuildReport) -> dict[str, str]:
    """File → what became of it."""
    return {file.name: file.status for file in report.files}


def test_a_file_that_vanishes_after_the_survey_is_reported(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every surveyed source has an outcome, and later builds go on: when it is back it is read, when not nothing breaks."""
    folder = write(tmp_path / "in", 3)
    between_walks(monkeypatch, (folder / "01.txt").unlink)
    report = build([folder], url)
    assert outcomes(report) == {"00.txt": "built", "01.txt": "rejected", "02.txt": "built"}
    assert report.exit_code == 1
    monkeypatch.undo()
    assert build([folder], url).documents == 2
    write(folder, 3)
    assert outcomes(build([folder], url)) == {"00.txt": "kept", "01.txt": "built", "02.txt": "kept"}


def test_a_file_that_changes_after_the_survey_is_remembered_as_read(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digest and text are of the same bytes: the index has the text that was read, and no later build takes an older one for it."""
    folder = write(tmp_path / "in", 3)
    old = (folder / "01.txt").read_text(encoding="utf-8")
    new = SENTENCE.format("另", 99)
    between_walks(monkeypatch, lambda: (folder / "01.txt").write_text(new, encoding="utf-8"))
    build([folder], url)
    monkeypatch.undo()
    with open_library(url) as library:
        assert library.document("01").document.passages[0].text == new.strip()
    assert build([folder], url).unchanged
    (folder / "01.txt").write_text(old, encoding="utf-8")
    assert outcomes(build([folder], url))["01.txt"] == "built"
    with open_library(url) as library:
        assert library.document("01").document.passages[0].text == old.strip()


def test_a_file_that_stops_being_a_source_is_reported(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has turned into a folder or a loop of links meanwhile is rejected with its reason."""
    folder = write(tmp_path / "in", 3)

    def turn() -> None:
        (folder / "01.txt").unlink()
        (folder / "01.txt").symlink_to("01.txt")

    between_walks(monkeypatch, turn)
    report = build([folder], url)
    assert outcomes(report)["01.txt"] == "rejected"
    monkeypatch.undo()
    assert build([folder], url).unchanged
