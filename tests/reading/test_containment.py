"""Links out of the folders given are not followed; links within them are."""

from __future__ import annotations

from pathlib import Path

from search import Settings
from search.reading import collect

TEXT = "南岭区与北岭县签订帮扶协议。\n"


def names(*roots: Path) -> dict[str, bool]:
    """What is found below the roots, and whether it is a source."""
    return {found.name: found.source is not None for found in collect(roots, Settings())}


def test_links_out_are_refused_with_a_reason(tmp_path: Path) -> None:
    """A file, a folder and a sidecar that lie elsewhere are not published because a link leads there."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside / "sub"):
        folder.mkdir(parents=True)
    (outside / "secret.txt").write_text(TEXT, encoding="utf-8")
    (outside / "said.toml").write_text('title = "外"\n', encoding="utf-8")
    (inside / "sub" / "own.txt").write_text(TEXT, encoding="utf-8")
    (inside / "secret.txt").symlink_to(outside / "secret.txt")
    (inside / "far").symlink_to(outside)
    (inside / "near").symlink_to("sub")
    (inside / "sub" / "own.toml").symlink_to(outside / "said.toml")
    found = list(collect([inside], Settings()))
    assert {one.name: bool(one.source) for one in found if not one.name.endswith(".toml")} == {
        "secret.txt": False, "far": False, "near/own.txt": True,
    }  # fmt: skip
    assert all(one.source or "之外" in (one.reason or "") for one in found)
    assert all(one.sidecar is None or one.sidecar.title is None for one in found)


def test_what_is_given_is_inside(tmp_path: Path) -> None:
    """A root that is a link is the user's word, and a link from one root into another is within."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    (other / "a.txt").write_text(TEXT, encoding="utf-8")
    (one / "b.txt").symlink_to(other / "a.txt")
    (tmp_path / "root").symlink_to(other)
    assert names(tmp_path / "root") == {"a.txt": True}
    assert names(one, other) == {"b.txt": True}
    assert names(one) == {"b.txt": False}


def test_a_deep_folder_is_not_called_a_loop(tmp_path: Path) -> None:
    """Beyond the depth limit the reason is the depth."""
    folder = tmp_path
    for _ in range(70):
        folder = folder / "d"
        folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (found,) = collect([tmp_path], Settings())
    assert "层" in (found.reason or "")
