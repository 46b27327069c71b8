"""What only the embedded engine promises: Whoosh agrees, damage is seen, builds exclude each other, keeping equals building anew."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, query

from search.building.base import read_base
from search.engine.port import ALL_FACETS, CrossCounts, SearchRequest
from search.engine.whoosh import open_earlier, open_engine, open_writer
from search.engine.whoosh.answer.engine import WhooshEngine
from search.engine.whoosh.files.generation import LOCK, folders, new_name, roll_back
from search.engine.whoosh.files.records import CURRENT, read_pointer
from search.engine.whoosh.write import writer
from search.errors import BuildBusy, IndexDamaged, IndexMissing
from search.fields import FACET_NAMES
from search.model import Document
from search.query.analysis import fingerprint
from search.query.plan import Facet, Run, Term

from .corpora import corpus
from .factories import fill, whoosh
from .plans import plans
from .test_conformance import shown

TORTURE = Path(__file__).parents[1] / "torture" / "kill_build.py"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with corpus 3 in force, in segments of forty passages, so that there are several."""
    monkeypatch.setattr(writer, "SEGMENT_PASSAGES", 40)
    monkeypatch.setattr(writer, "MERGED_PASSAGES", 40)
    whoosh(corpus(3), {"note": b"kept"}, tmp_path).close()
    return tmp_path


def _folder(directory: Path) -> Path:
    return directory / open_engine(directory).manifest().generation


# --- Whoosh itself over our segments -----------------------------------------------------------------------------------------------


def test_whoosh_opens_a_generation_and_agrees(built: Path) -> None:
    """Whoosh's own searcher finds, by word and by facet value, the passages the columns find, with the counts of the vocabulary."""
    engine = open_engine(built)
    with index.open_dir(str(_folder(built))).searcher() as searcher:
        for word, count in engine.vocabulary():
            assert searcher.doc_frequency("words", word) == count
            hits = {hit["id"] for hit in searcher.search(query.Term("words", word), limit=None)}
            assert len(hits) == count
        for name in FACET_NAMES:
            for value, count in engine.search(SearchRequest()).facets[name].items():
                hits = {hit["id"] for hit in searcher.search(query.Term(name, value), limit=None)}
                ours = engine.search(SearchRequest(plan=Facet(name, value), limit=1000)).hits
                assert hits == {hit.passage.id for hit in ours}
                assert len(hits) == count


def test_whoosh_combines_and_stores_as_we_do(built: Path) -> None:
    """Boolean queries, prefixes and stored fields work through Whoosh's own matchers."""
    engine = open_engine(built)
    texts = {passage.id: passage.text for passage in engine.passages()}
    with index.open_dir(str(_folder(built))).searcher() as searcher:
        both = query.And([query.Term("words", "消费"), query.Term("words", "扶贫")])
        either = query.Or([query.Term("words", "消费"), query.Term("words", "扶贫")])
        for one in (both, either, query.Prefix("words", "消")):
            results = searcher.search(one, limit=None)
            assert len(results) > 0
            assert all(texts[hit["id"]] == hit["text"] for hit in results)
        assert len(searcher.search(both, limit=None)) < len(searcher.search(either, limit=None))


# --- damage ------------------------------------------------------------------------------------------------------------------------


def _flip(path: Path, place: int, bit: int = 0) -> bytes:
    """Alters one bit and returns the file as it was."""
    data = path.read_bytes()
    path.write_bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
    return data


def test_one_altered_bit_is_seen(built: Path) -> None:
    """Opening refuses a generation in which a single bit was altered, whichever file it is in; an open one is told by `check`."""
    engine, folder = open_engine(built), _folder(built)
    for path in (built / CURRENT, *sorted(folder.iterdir())):
        size = path.stat().st_size
        for number, place in enumerate((0, size // 3, size // 2, size - 1)):
            data = _flip(path, place, number)
            with pytest.raises((IndexDamaged, IndexMissing)):
                open_engine(built)
            if path.name not in (CURRENT, "manifest.json"):
                assert any(path.name in fault for fault in engine.check())
            path.write_bytes(data)
    assert open_engine(built).check() == ()


def test_the_one_before_answers_for_a_damaged_one(built: Path) -> None:
    """Where the generation in force is damaged, or CURRENT itself is, the newest sound one is at hand."""
    first = read_pointer(built).generation
    fill(open_writer(built, analysis=fingerprint(), base=False), corpus(1), {})
    second = read_pointer(built).generation
    assert open_earlier(built).manifest().generation == first
    current = _flip(built / CURRENT, 10)
    assert open_earlier(built).manifest().generation == second
    _flip(next((built / second).glob("*.col")), 1000)
    assert open_earlier(built).manifest().generation == first
    (built / CURRENT).write_bytes(current)
    _flip(next((built / first).glob("*.sto")), 100)
    with pytest.raises(IndexDamaged, match="bangfu build"):
        open_earlier(built)


def test_a_pointer_of_the_version_before_is_read(built: Path) -> None:
    """CURRENT as it was written before it knew of several generations, and checksums by BLAKE2b, are good."""
    pointer = read_pointer(built)
    folder = built / pointer.generation
    manifest = json.loads((folder / "manifest.json").read_bytes())
    del manifest["sum"]
    for name, record in manifest["files"].items():
        record[1] = hashlib.blake2b((folder / name).read_bytes(), digest_size=20).hexdigest()
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    old = {"generation": pointer.generation, "manifest": hashlib.blake2b(data, digest_size=20).hexdigest(), "previous": new_name()}
    (built / CURRENT).write_text(json.dumps(old))
    assert open_engine(built).check() == ()
    fill(open_writer(built, analysis=fingerprint(), base=True), corpus(1), {})
    assert open_engine(built).check() == ()
    assert open_earlier(built).manifest().generation == pointer.generation
    _flip(next(folder.glob("*.sto")), 100)
    with pytest.raises(IndexDamaged):
        open_earlier(built)


def test_a_torn_or_missing_file_is_refused(built: Path) -> None:
    """A file that is short or missing, the manifest too, makes opening fail with an error that names the remedy."""
    for path in sorted(_folder(built).iterdir()):
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        with pytest.raises(IndexDamaged, match="bangfu build"):
            open_engine(built)
        path.unlink()
        with pytest.raises(IndexDamaged, match="bangfu build"):
            open_engine(built)
        path.write_bytes(data)
    open_engine(built)


def test_a_foreign_file_is_reported(built: Path) -> None:
    """A file the manifest does not name is no part of the generation, and `check` says so."""
    (_folder(built) / "stray").write_bytes(b"x")
    assert any("stray" in fault for fault in open_engine(built).check())


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"generation": "../../etc", "manifest": ""}'])
def test_a_broken_pointer_is_refused(built: Path, content: bytes) -> None:
    """A CURRENT that is empty, no pointer, or points out of the directory is damage, not a crash."""
    (built / CURRENT).write_bytes(content)
    with pytest.raises(IndexDamaged):
        open_engine(built)


def test_no_index_is_missing(tmp_path: Path) -> None:
    """An empty directory, and one that does not exist, have no index."""
    for directory in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissing):
            open_engine(directory)


# --- builds ------------------------------------------------------------------------------------------------------------------------


def test_two_builds_exclude_each_other(built: Path) -> None:
    """While one writer is open a second is refused and the reader is undisturbed; afterwards it may."""
    first = open_writer(built, analysis=fingerprint(), base=True)
    with pytest.raises(BuildBusy, match=str(os.getpid())):
        open_writer(built, analysis=fingerprint(), base=True)
    assert open_engine(built).check() == ()
    first.abort()
    first.abort()
    open_writer(built, analysis=fingerprint(), base=True).abort()


def test_the_lock_of_a_dead_process_does_not_stand_in_the_way(built: Path) -> None:
    """A lock file left by a process that is gone is taken over."""
    (built / LOCK).write_text("999999\n")
    open_writer(built, analysis=fingerprint(), base=False).abort()


def test_nothing_is_in_force_before_publish(built: Path) -> None:
    """A committed generation is whole on disk but not in force; aborting leaves no trace of it; publishing puts it in force."""
    before = open_engine(built).manifest()
    for publish in (False, True):
        one = open_writer(built, analysis=fingerprint(), base=False)
        one.add(corpus(1)[0])
        manifest = one.commit()
        assert open_engine(built).manifest() == before
        if publish:
            one.publish()
            one.abort()
            assert open_engine(built).manifest() == manifest
        else:
            one.abort()
            assert [path.name for path in folders(built)] == [before.generation]


def test_some_generations_are_kept_back_and_orphans_go(built: Path) -> None:
    """After a build the ones before are still there, as many as are to be kept; older ones and half-built ones are not."""
    orphan = built / new_name()
    orphan.mkdir()
    (orphan / "half").write_bytes(b"")
    generations = [read_pointer(built).generation]
    for number in (1, 2, 1, 2):
        fill(open_writer(built, analysis=fingerprint(), base=False, keep=2 + (number == 2)), corpus(number), {})
        generations.append(read_pointer(built).generation)
        assert {path.name for path in folders(built)} == set(generations[-2 - (number == 2 and len(generations) > 2) :])


def test_nothing_is_swept_while_it_is_read(built: Path) -> None:
    """A generation that a reader holds outlives any number of builds, whole, and goes with the build after the reader."""
    reader = open_engine(built)
    held = reader.manifest().generation
    for number in (1, 2, 1):
        fill(open_writer(built, analysis=fingerprint(), base=False, keep=1), corpus(number), {})
        assert held in {path.name for path in folders(built)}
    assert reader.search(SearchRequest(plan=Term((Run("京"),)))).hits[0].passage.text
    assert reader.attachment("note") == b"kept"
    assert reader.check() == ()
    del reader
    gc.collect()
    fill(open_writer(built, analysis=fingerprint(), base=False, keep=1), corpus(2), {})
    assert held not in {path.name for path in folders(built)}


@pytest.mark.skipif(sys.platform != "linux", reason="another process is forked")
def test_nothing_is_swept_while_another_process_reads_it(built: Path) -> None:
    """The reader may be another process, as a server is; when that is killed, nothing is held any more."""
    held = read_pointer(built).generation
    code = "import sys, pathlib, search.engine.whoosh as w; e = w.open_engine(pathlib.Path(sys.argv[1])); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code, str(built)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        fill(open_writer(built, analysis=fingerprint(), base=False, keep=1), corpus(1), {})
        assert held in {path.name for path in folders(built)}
        other.kill()
        other.wait()
    fill(open_writer(built, analysis=fingerprint(), base=False, keep=1), corpus(2), {})
    assert held not in {path.name for path in folders(built)}


def test_rolling_back_and_on(built: Path) -> None:
    """Rolling back puts the one before in force, again and again, and a generation named; the one undone stays to be named."""
    names = [read_pointer(built).generation]
    for number in (1, 2):
        fill(open_writer(built, analysis=fingerprint(), base=False), corpus(number), {})
        names.append(read_pointer(built).generation)
    assert [roll_back(built), roll_back(built)] == [names[1], names[0]]
    assert open_engine(built).check() == ()
    assert roll_back(built, names[2]) == names[2]
    with pytest.raises(IndexMissing):
        roll_back(built, new_name())
    damaged = next(path for path in (built / names[0]).iterdir() if path.name.endswith(".sto"))
    damaged.write_bytes(b"x" + damaged.read_bytes()[1:])
    with pytest.raises(IndexDamaged):
        roll_back(built, names[0])
    assert read_pointer(built).generation == names[2]


def test_a_name_that_is_no_attachment_is_refused(built: Path) -> None:
    """Attachments cannot leave the generation or shadow its files."""
    one = open_writer(built, analysis=fingerprint(), base=False)
    for name in ("../x", "a/b", ".hidden", "manifest.json", "order.columns", "MAIN_x.col", "_MAIN_1.toc"):
        with pytest.raises(ValueError, match="attachment"):
            one.attach(name, b"")
    one.abort()


# --- keeping -----------------------------------------------------------------------------------------------------------------------


def _changed(document: Document) -> Document:
    first = document.passages[0]
    passages = (replace(first, id=f"{first.id}x", text="密云区改过的一段。"), *document.passages[1:])
    return replace(document, title="改过的标题", passages=passages)


places = st.sets(st.integers(0, 8), max_size=3)


@settings(max_examples=12)
@given(kept=st.sets(st.integers(0, 8)), changed=places, twice=places, plan=plans, most=st.sampled_from((40, 1000)))
def test_an_incremental_build_equals_a_full_one(
    tmp_path_factory: pytest.TempPathFactory, kept: set[int], changed: set[int], twice: set[int], plan: Term, most: int
) -> None:
    """Keeping some documents, changing some, adding some twice: the answers are those of a generation built anew."""
    documents = corpus(3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "SEGMENT_PASSAGES", 40)
        patch.setattr(writer, "MERGED_PASSAGES", most)
        directory = tmp_path_factory.mktemp("incremental")
        whoosh(documents, {}, directory).close()
        one = open_writer(directory, analysis=fingerprint(), base=True)
        for at in sorted(kept):
            assert one.keep(documents[at].id) == documents[at]
        assert one.keep("no such") is None
        final = {at: documents[at] for at in kept}
        for at in sorted(twice):
            one.add(documents[at])
        for at in sorted(changed | twice):
            final[at] = _changed(documents[at])
            one.add(final[at])
        one.commit()
        one.publish()
        full = whoosh([final[at] for at in sorted(final)], {}, tmp_path_factory.mktemp("full"))
    incremental = open_engine(directory)
    assert incremental.check() == ()
    assert list(incremental.passages()) == list(full.passages())
    assert [incremental.document(document.id) for document in final.values()] == list(final.values())
    assert dict(incremental.vocabulary()) == dict(full.vocabulary())
    request = SearchRequest(plan=plan, limit=300, collect=(ALL_FACETS, CrossCounts("region", "year")))
    assert shown(incremental.search(request)) == shown(full.search(request))


def test_the_build_decides_what_may_be_kept_the_writer_only_what_can(built: Path) -> None:
    """The writer carries a document over whatever the analysis, and says by which one the generation is; `read_base`, which the build
    asks first, offers nothing of a generation it cannot tell the analysis of."""
    assert read_base(f"whoosh:{built}") is None
    one = open_writer(built, analysis="another", base=True)
    assert one.keep(corpus(3)[0].id) == corpus(3)[0]
    one.commit()
    one.publish()
    assert open_engine(built).manifest().analysis == "another"
    one = open_writer(built, analysis="another", base=False)
    assert one.keep(corpus(3)[0].id) is None
    one.abort()


def test_unchanged_segments_are_shared(built: Path) -> None:
    """Segments whose documents are all kept are the same files in both generations, not copies."""
    before = {path.name: path.stat().st_ino for path in _folder(built).glob("*.col")}
    one = open_writer(built, analysis=fingerprint(), base=True)
    for document in corpus(3):
        one.keep(document.id)
    one.commit()
    one.publish()
    assert {path.name: path.stat().st_ino for path in _folder(built).glob("*.col")} == before


def test_segments_sealed_in_processes_of_their_own_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers do not depend on where a segment is sealed."""
    inline = whoosh(corpus(3), {}, tmp_path / "inline")
    monkeypatch.setattr(writer, "SEGMENT_PASSAGES", 100)
    monkeypatch.setattr(writer, "INLINE_CHARACTERS", 0)
    apart = whoosh(corpus(3), {}, tmp_path / "apart")
    assert apart.check() == ()
    for plan in (Term((Run("京"),)), Term((Run("消费扶贫"),), ("消费", "扶贫"))):
        request = SearchRequest(plan=plan, limit=300)
        assert shown(inline.search(request)) == shown(apart.search(request))


def test_odd_documents_are_stored(tmp_path: Path) -> None:
    """Documents without passages, passages without text, and characters outside the basic plane and lone surrogates come back."""
    template = corpus(1)[0]
    passage = template.passages[0]
    documents = (
        replace(template, id="empty", passages=()),
        replace(template, id="odd", passages=tuple(replace(passage, id=f"odd{at}", document_id="odd", order=at, text=text)
                                                   for at, text in enumerate(("", "\ud800京", "𠮷\U0002f800", " \n"), start=1))),
    )  # fmt: skip
    engine = whoosh(documents, {}, tmp_path)
    assert [engine.document(document.id) for document in documents] == list(documents)
    assert engine.search(SearchRequest()).total == 4
    assert list(engine.contains(["京", "𠮷", ""])) == [1, 1, 0]


def test_a_killed_build_leaves_the_old_or_the_new_generation(tmp_path: Path) -> None:
    """A build killed at several moments: each time one whole generation opens, and the next build starts."""
    subprocess.run([sys.executable, str(TORTURE), "--kills", "3", "--folder", str(tmp_path)], check=True)
    assert isinstance(open_engine(tmp_path), WhooshEngine)
