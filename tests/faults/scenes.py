"""What an index goes through in its life, small: each scene is a task over an index folder, with what was true before it and what is
after."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search import Settings, build, open_library
from search.building.keeping import back_up, check, restore, roll_back
from search.errors import IndexMissing, NotFound
from tests.faults.recorder import Recorder

Truth = dict[str, object]
Task = Callable[[Path, Path], object]
"""What is done to an index folder with a folder of sources."""

NOTHING: Truth = {}
"""What an index says that is not there yet."""
SETTINGS = Settings(keep_generations=2, keep_sources=1)
TEXTS = {
    "甲.txt": "2019年，南岭区向北岭县投入帮扶资金三百万元，援建扶贫车间两座。\n\n双方组织十二名教师结对支教。\n",
    "乙.txt": "2020年，东江区开展消费扶贫，采购北岭县农产品一千吨。\n\n劳务协作培训班举办六期。\n",
    "丙.txt": "2018年，南岭区选派医生驻点帮扶，群众得到实惠。\n",
}
EDITED = {
    "甲.txt": "2019年，南岭区向北岭县投入帮扶资金四百万元，援建扶贫车间两座。\n\n双方组织十二名教师结对支教。\n",
    "丁.txt": "2021年，东江区与北岭县签订协议，共建产业园。\n",
}


@dataclass(frozen=True)
class Scene:
    """`index` as it is before `task`; afterwards one of `known` must be true. `sources` are what a build would take in afterwards."""

    name: str
    index: Path
    sources: Path
    task: Task
    known: tuple[Truth, ...]
    ids: frozenset[str]


def url(index: Path) -> str:
    """The engine URL of an index folder."""
    return f"whoosh:{index}"


def truth(index: Path) -> Truth:
    """What an index answers, text by text; NOTHING where there is none."""
    try:
        with open_library(url(index), settings=SETTINGS) as library:
            if library.fault:
                raise AssertionError(f"answers with a fault: {library.fault}")
            texts = {passage.id: passage.text for one in library.documents() for passage in library.document(one.id).document.passages}
            found = library.search("帮扶")
            return {"texts": texts, "total": found.total, "facets": str(found.facets), "hits": [hit.passage.id for hit in found.hits]}
    except IndexMissing:
        return NOTHING


def leads(index: Path, ids: frozenset[str]) -> dict[str, str]:
    """Where each id leads; an id unknown is not in it."""
    found: dict[str, str] = {}
    with open_library(url(index), settings=SETTINGS) as library:
        for id_ in ids:
            try:
                resolution = library.passage(id_).resolution
            except NotFound:
                continue
            found[id_] = f"{resolution.state.value} {resolution.current}"
    return found


def write(folder: Path, texts: dict[str, str]) -> None:
    """Documents into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def built(index: Path, sources: Path) -> None:
    """A build as users run it."""
    build([sources], url(index), settings=SETTINGS)


def scenes(place: Path) -> list[Scene]:
    """The first build, one over an edit, a third that sweeps the first away, going back, restoring a backup."""
    index, kept = place / "index", place / "kept"
    index.mkdir()
    served: frozenset[str] = frozenset()
    found = []
    inputs = {"first": TEXTS, "second": {**TEXTS, **EDITED}, "third": {**TEXTS, "戊.txt": EDITED["丁.txt"]}}
    inputs["second"].pop("丙.txt")
    tasks: dict[str, Task] = {
        **dict.fromkeys(inputs, built),
        "back": lambda index, _: roll_back(url(index)),
        "restore": lambda index, _: restore(url(index), kept),
    }
    for name, task in tasks.items():
        sources, start = place / f"{name}.in", place / f"{name}.before"
        write(sources, inputs.get(name, inputs["third"]))
        shutil.copytree(index, start)
        before = truth(index)
        task(index, sources)
        after = truth(index)
        found.append(Scene(name, start, sources, task, (before, after), served))
        served |= _ids(after)
        if name == "second":
            back_up(url(index), kept)
    return found


def recorded(scene: Scene, index: Path, on_step: Callable[[int, str], None] | None = None, *, watch: bool = True) -> Recorder:
    """The scene played in a folder that is not there yet, with the file layer under it."""
    shutil.copytree(scene.index, index)
    recorder = Recorder(index, on_step, watch=watch)
    with recorder.installed():
        scene.task(index, scene.sources)
    return recorder


def _ids(said: Truth) -> frozenset[str]:
    return frozenset(said.get("texts", ()))  # type: ignore[call-overload,no-any-return]


def faults_of(scene: Scene, index: Path) -> list[str]:
    """What is wrong with an index that went through a fault in this scene, as sentences: it must answer as before or as after, hold
    every id that was ever served, be content with itself, and take in the next build, which must lead every id as ever."""
    found = []
    said = truth(index)
    if said not in scene.known:
        found.append("answers neither as before nor as after")
    if said != NOTHING:
        found += [f"lost the id {id_}" for id_ in scene.ids - leads(index, scene.ids).keys()]
        found += [f"check: {fault}" for fault in check(url(index), SETTINGS).faults]
    built(index, scene.sources)
    found += [f"lost the id {id_} by the next build" for id_ in scene.ids - leads(index, scene.ids).keys()]
    found += [f"check after the next build: {fault}" for fault in check(url(index), SETTINGS).faults]
    return found
