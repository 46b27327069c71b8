"""Damage is found, said and healed; the ledger is never silently lost; what is backed up comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from search import SearchError, build, open_library
from search.building.keeping import back_up, check, restore, roll_back
from search.command.cli import main
from search.engine.whoosh.files.records import read_pointer
from search.errors import IndexDamaged, IndexMissing, LedgerDamaged, LedgerLost, NotFound, StorageFault
from search.links import FILE_NAME, LinkState, guard
from search.links.store import LedgerStore
from search.question import Question
from search.reading.kept import SOURCES_FOLDER

TEXTS = (
    "2019年，南岭区向北岭县投入帮扶资金300万元，援建扶贫车间两座，吸纳贫困人口就业120人。",
    "双方组织教师结对，选派医生驻点，教育帮扶和健康帮扶同步推进，群众得到实惠。",
    "东山市与西川县签订劳务协作协议，全年组织招聘会六场，转移就业两千余人。",
)


class Archive:
    """An index of three generations, whose ids are all remembered."""

    def __init__(self, folder: Path) -> None:
        self.index, self.sources = folder / "index", folder / "in"
        self.sources.mkdir()
        self.url = f"whoosh:{self.index}"
        self.ids: set[str] = set()
        for number, text in enumerate(TEXTS):
            (self.sources / f"{number}.txt").write_text(f"{text}\n", encoding="utf-8")
            self.build()

    def build(self) -> None:
        build([self.sources], self.url)
        with open_library(self.url) as library:
            for one in library.documents():
                self.ids |= {passage.id for passage in library.document(one.id).document.passages}

    def edit(self, number: int) -> None:
        """Alters a source so that its passage changes."""
        text = TEXTS[number].replace("，", "，据记者了解，", 1)
        (self.sources / f"{number}.txt").write_text(f"{text}\n", encoding="utf-8")

    @property
    def ledger(self) -> Path:
        return self.index / FILE_NAME

    @property
    def generation(self) -> Path:
        return self.index / read_pointer(self.index).generation

    def states(self) -> dict[str, LinkState]:
        """What each id ever given out resolves to."""
        with open_library(self.url) as library:
            return {id_: library.passage(id_).resolution.state for id_ in sorted(self.ids)}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three documents, a generation for each."""
    return Archive(tmp_path)


def flip(path: Path, place: float = 0.5, bit: int = 0) -> bytes:
    """Alters a bit; the file as it was."""
    data = path.read_bytes()
    at = min(len(data) - 1, int(place * len(data)))
    path.write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
    return data


# --- damage of a generation ---------------------------------------------------------------------------------------------------


def test_check_reads_generations_ledger_and_copies(archive: Archive) -> None:
    """A flipped bit in any file of the index is told of, and nothing is told of a sound one."""
    assert check(archive.url).faults == ()
    files = [path for path in sorted(archive.index.rglob("*")) if path.is_file() and path.name not in ("LOCK", "ledger.seal")]
    assert len(files) > 20
    missed = []
    for path in files:
        if path.suffix in (".seal", ".aside") or path.name.endswith(("-wal", "-shm")):
            continue
        for place in (0.0, 0.37, 0.8):
            data = flip(path, place)
            try:
                faults = check(archive.url).faults
            except IndexMissing:
                faults = ("missing",)
            if not faults:
                missed.append((path.name, place))
            path.write_bytes(data)
    assert not missed
    assert check(archive.url).faults == ()


def test_the_earlier_generation_answers_and_says_so(archive: Archive) -> None:
    """With a damaged generation in force the one before answers, with a sentence; a build mends it and launders nothing."""
    damaged = archive.generation.name
    flip(next(archive.generation.glob("*.sto")))
    with open_library(archive.url) as library:
        assert damaged not in library.manifest().generation
        assert "bangfu build" in library.fault
        assert library.search("扶贫车间").total == 1
        archive.build()
        assert library.refresh()
        assert library.fault == ""
        assert library.search("劳务协作").total == 1
    assert check(archive.url).faults != ()  # the damaged one is still kept
    assert "旧版本" in check(archive.url).faults[0]
    assert set(archive.states().values()) == {LinkState.EXACT}


def test_a_build_on_a_damaged_base_copies_none_of_it(archive: Archive) -> None:
    """Altered text of the base is read again from the sources, and a build without changes mends what is damaged."""
    flip(next(archive.generation.glob("*.sto")), 0.2)
    archive.build()
    with open_library(archive.url) as library:
        texts = {passage.text for one in library.documents() for passage in library.document(one.id).document.passages}
    assert texts == set(TEXTS)


def test_without_a_sound_generation_it_is_an_error(archive: Archive) -> None:
    """When every generation is damaged opening says so and names the cure, and the cure works."""
    for folder in archive.index.glob("2*Z-*"):
        flip(next(folder.glob("*.col")), 0.4)
    with pytest.raises(IndexDamaged, match="bangfu build"):
        open_library(archive.url)
    assert CliRunner().invoke(main, ["check", "--index", str(archive.index)]).exit_code == 1
    archive.build()
    assert set(archive.states().values()) == {LinkState.EXACT}


def test_rolling_back_keeps_every_id(archive: Archive) -> None:
    """After a rollback the ids of the generation undone are known still, and a later build has them exact again."""
    archive.edit(0)
    archive.build()
    before = archive.states()
    assert before[next(id_ for id_ in before if before[id_] is LinkState.CHANGED)]
    roll_back(archive.url)
    assert set(archive.states().values()) <= {LinkState.EXACT, LinkState.GONE, LinkState.CHANGED, LinkState.MOVED}
    archive.build()
    assert sorted(archive.states().values()) == sorted(before.values())
    assert CliRunner().invoke(main, ["rollback", "--index", str(archive.index)]).exit_code == 0
    assert CliRunner().invoke(main, ["rollback", "--index", str(archive.index), "--to", "x"]).exit_code == 3


# --- the ledger ---------------------------------------------------------------------------------------------------------------


def test_a_lost_ledger_stops_a_build_and_comes_back(archive: Archive) -> None:
    """Without its ledger an index is not built upon; `restore` takes the newest copy and enters what it lacks."""
    archive.edit(1)
    archive.build()
    before = archive.states()
    for path in archive.index.glob("ledger.s*"):
        path.unlink()
    (archive.sources / "new.txt").write_text("又一件新的文件，说的是产业合作。\n", encoding="utf-8")
    with pytest.raises(LedgerLost, match="restore"):
        build([archive.sources], archive.url)
    assert not archive.ledger.exists()
    assert any("链接簿" in fault for fault in check(archive.url).faults)
    restore(archive.url)
    assert check(archive.url).faults == ()
    assert archive.states() == before
    archive.build()
    assert archive.states().items() >= before.items()


def test_a_foreign_or_older_ledger_stops_a_build(archive: Archive, tmp_path: Path) -> None:
    """The ledger of another index, or one put back from long ago, does not know the generation in force: it is noticed."""
    old = archive.ledger.read_bytes(), (archive.index / "ledger.seal").read_bytes()
    archive.edit(2)
    archive.build()
    other = archive_below(tmp_path / "other")
    for ledger, seal in (old, (other.ledger.read_bytes(), (other.index / "ledger.seal").read_bytes())):
        archive.ledger.write_bytes(ledger)
        (archive.index / "ledger.seal").write_bytes(seal)
        (archive.sources / "new.txt").write_text("又一件。南岭区援建。\n", encoding="utf-8")
        with pytest.raises(LedgerLost):
            build([archive.sources], archive.url)
        assert any("不认识" in fault for fault in check(archive.url).faults)
    restore(archive.url)
    archive.build()
    assert set(archive.states().values()) <= {LinkState.EXACT, LinkState.CHANGED}


def archive_below(folder: Path) -> Archive:
    """Another index."""
    folder.mkdir()
    return Archive(folder)


def test_a_new_ledger_has_to_be_asked_for(archive: Archive) -> None:
    """`--new-ledger` begins another where there is no copy left."""
    archive.ledger.unlink()
    shutil.rmtree(archive.index / guard.COPIES)
    with pytest.raises(LedgerLost):
        restore(archive.url)
    (archive.sources / "new.txt").write_text("又一件。南岭区援建。\n", encoding="utf-8")
    arguments = ["build", str(archive.sources), "--index", str(archive.index)]
    assert CliRunner().invoke(main, arguments).exit_code == 3
    assert CliRunner().invoke(main, [*arguments, "--new-ledger"]).exit_code == 0
    assert set(archive.states().values()) == {LinkState.EXACT}


@pytest.mark.parametrize("place", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_flipped_bit_in_the_ledger(archive: Archive, place: float) -> None:
    """Wherever it is: a build refuses, serving goes on with the copy and says so, no id of the generation in force is lost, and restoring
    heals."""
    archive.edit(0)
    archive.build()
    before = archive.states()
    flip(archive.ledger, place, 3)
    (archive.sources / "new.txt").write_text("又一件。南岭区援建。\n", encoding="utf-8")
    with pytest.raises(LedgerDamaged, match="restore"):
        build([archive.sources], archive.url)
    with open_library(archive.url) as library:
        assert "restore" in library.fault
        for id_, state in before.items():
            try:
                assert library.passage(id_).resolution.state in (state, LinkState.GONE)
            except LedgerDamaged:  # honest: it cannot be told
                assert state is not LinkState.EXACT
            except NotFound:
                pytest.fail(f"{id_} was given out")
    restore(archive.url)
    assert archive.states() == before
    assert check(archive.url).faults == ()


def test_an_unsealed_ledger_is_looked_through(archive: Archive) -> None:
    """A ledger that a killed build left without a seal is judged by its rows: text, ids, references and leads."""
    (archive.index / "ledger.seal").unlink()
    assert check(archive.url).faults == ()
    alterations = (
        "UPDATE snapshot SET title = title || 'x' WHERE id = 1",
        "UPDATE passage SET id = 'x' WHERE position = 0 AND snapshot = 1",
        "DELETE FROM passage WHERE snapshot = 2",
        "UPDATE event SET snapshot = 99 WHERE snapshot = 1",
        "UPDATE snapshot SET body = x'00' WHERE id = 1",
        "INSERT INTO successor (id, generation, state) VALUES ('never', 1, 'gone')",
        "UPDATE generation SET base = 77 WHERE seq = 2",
    )
    sound = archive.ledger.read_bytes()
    for alteration in alterations:
        store = LedgerStore(archive.ledger)
        store.write(alteration, [()])
        store.rest()
        store.close()
        assert check(archive.url).faults, alteration
        with pytest.raises(SearchError):
            guard.refuse_altered(archive.ledger)
        archive.ledger.write_bytes(sound)


def test_copies_are_taken_before_every_change_and_bounded(archive: Archive) -> None:
    """Each change leaves the ledger as it was before it among the copies, the last few of them."""
    for number in range(4):
        before = set(guard.copies(archive.ledger))
        archive.edit(number % 3)
        (archive.sources / f"more{number}.txt").write_text(f"第{number}件。南岭区援建。\n", encoding="utf-8")
        archive.build()
        now = guard.copies(archive.ledger)
        assert len(now) <= guard.COPIES_KEPT
        assert now[0] not in before
        assert all(guard.is_altered(copy) is False for copy in now)


# --- there and back -----------------------------------------------------------------------------------------------------------


def test_a_backup_is_an_index_and_comes_back(archive: Archive, tmp_path: Path) -> None:
    """The copy answers by itself; after the index is lost entirely, restoring gives back every id, history too."""
    archive.edit(0)
    archive.build()
    before = archive.states()
    folder = tmp_path / "backup"
    assert CliRunner().invoke(main, ["backup", str(folder), "--index", str(archive.index)]).exit_code == 0
    assert CliRunner().invoke(main, ["check", "--index", str(folder)]).exit_code == 0
    back_up(archive.url, folder)  # again, over itself
    shutil.rmtree(archive.index)
    assert CliRunner().invoke(main, ["restore", str(folder), "--index", str(archive.index)]).exit_code == 0
    assert archive.states() == before
    assert check(archive.url).faults == ()
    build([archive.sources], archive.url)
    assert archive.states() == before


def test_restoring_an_older_backup_forgets_no_id(archive: Archive, tmp_path: Path) -> None:
    """A sound ledger knows more than the backup's and stays; a damaged one is replaced and learns what is in force."""
    back_up(archive.url, tmp_path / "backup")
    archive.edit(0)
    archive.build()
    restore(archive.url, tmp_path / "backup")
    states = archive.states()
    assert set(states) == archive.ids
    assert list(states.values()).count(LinkState.GONE) == 1  # given out after the backup was taken
    flip(archive.ledger)
    restore(archive.url, tmp_path / "backup")
    assert check(archive.url).faults == ()


def test_a_disk_that_refuses_replaces_no_ledger(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that cannot be read for the disk's sake is not taken for one that knows less than the backup's."""
    back_up(archive.url, tmp_path / "backup")
    archive.edit(0)
    archive.build()
    before = archive.ledger.read_bytes()

    def refused(path: Path) -> None:
        if path == archive.ledger:
            raise StorageFault("磁盘出错。")

    with monkeypatch.context() as patch:
        patch.setattr(guard, "refuse_altered", refused)
        with pytest.raises(StorageFault):
            restore(archive.url, tmp_path / "backup")
    assert archive.ledger.read_bytes() == before


def test_a_damaged_backup_is_refused(archive: Archive, tmp_path: Path) -> None:
    """Nothing is put back from a backup with a flipped bit, in whatever file; the index stays as it is."""
    folder = tmp_path / "backup"
    back_up(archive.url, folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("LOCK", "ledger.seal"):
            data = flip(path, 0.6)
            with pytest.raises(SearchError):
                restore(archive.url, folder)
            path.write_bytes(data)
    assert check(archive.url).faults == ()


def test_a_server_takes_up_a_ledger_put_back(archive: Archive) -> None:
    """An open library notices that its ledger was replaced, at the next look."""
    with open_library(archive.url) as library:
        flip(archive.ledger)
        assert not library.refresh()
        archive.ledger.unlink()
        restore(archive.url)
        library.refresh()
        assert library.fault == ""
        assert all(library.passage(id_).resolution.state is LinkState.EXACT for id_ in archive.ids)


def test_kept_originals_are_verified_backed_up_and_brought_back(archive: Archive, tmp_path: Path) -> None:
    """An original kept beside the index that no longer has the bytes of its name is named by `check`; a backup holds them all, and
    restoring brings back those that are missing."""
    folder = archive.index / SOURCES_FOLDER
    kept = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(kept) == len(TEXTS)
    back_up(archive.url, tmp_path / "backup")
    data = flip(kept[0], 0.5)
    assert any(kept[0].name in fault for fault in check(archive.url).faults)
    kept[0].write_bytes(data)
    assert check(archive.url).faults == ()
    shutil.rmtree(folder)
    restore(archive.url, tmp_path / "backup")
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == kept
    assert check(archive.url).faults == ()


def test_an_export_stays_with_its_generation(tmp_path: Path) -> None:
    """A new generation that comes into force in the middle of an export, without a document of it, changes nothing of the export."""
    sources, url = tmp_path / "in", f"whoosh:{tmp_path / 'index'}"
    sources.mkdir()
    for number in range(4):
        (sources / f"{number}.txt").write_text(f"第{number}篇说的是帮扶的事，资金{number}万元。\n", encoding="utf-8")
    build([sources], url)
    with open_library(url) as library:
        whole = b"".join(library.export(Question("帮扶"), "jsonl"))
        begun = library.export(Question("帮扶"), "jsonl")
        first = next(begun)
        for number in range(3):
            (sources / f"{number}.txt").unlink()
        build([sources], url, allow_shrink=True)
        assert library.refresh()
        assert first + b"".join(begun) == whole
