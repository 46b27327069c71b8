"""What could not be seen was not removed: sources that are not there, or show nothing, stop a build before it begins, and a generation
that would lose a good part of its documents needs to be told that it may."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from search.building.report import ATTACHMENT
from search.engine.attached import INPUTS
from search.engine.choice import open_engine
from search.errors import GenerationShrinks, SearchError, SourceEmpty, SourceMissing
from search.reading import display_name, is_collectable

FEW = 2
"""So many documents may go at any time, unless they are more than half of all."""
NAMED = 20
"""Documents named in a refusal before the rest is only counted."""

Known = Mapping[str, str]
"""Name of a source → digest of its bytes and of what is said beside it."""


def refuse_unseen(sources: Sequence[str | Path]) -> None:
    """Raises SourceMissing for a source that does not exist or cannot be opened, SourceEmpty for a folder without any file (a disk that
    is not mounted): nothing is taken for deleted that could not be looked at."""
    if not sources:
        raise SourceMissing("没有给出来源。", hint="请给出文件或文件夹。")
    for path in map(Path, sources):
        name = display_name(path.name or str(path))
        try:
            path.stat()
            is_folder = path.is_dir()
            if is_folder:
                os.scandir(path).close()
            else:
                path.open("rb").close() if path.is_file() else None
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise SourceMissing(f"没有“{name}”这个文件或文件夹，索引没有改动。", hint="请检查路径，或磁盘是否已挂载。") from None
        except OSError:
            raise SourceMissing(f"“{name}”打不开（没有权限或磁盘错误），索引没有改动。", hint="请检查权限。") from None
        if is_folder and not _has_files(path):
            raise SourceEmpty(f"文件夹“{name}”里没有任何文件，索引没有改动。", hint="请检查路径，或磁盘是否已挂载。")


def _has_files(folder: Path) -> bool:
    """Whether anything below may be a source. A link to a folder counts as something: it is the walk's to say what of it."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if is_collectable(name))
        if any(is_collectable(name) for name in files) or any(os.path.islink(os.path.join(here, name)) for name in folders):
            return True
    return False


def documents_in_force(target: str) -> Known:
    """The sources of the documents of the generation in force, whatever analysis it is of; none where there is none to be read."""
    try:
        engine = open_engine(target)
    except SearchError:
        return {}
    try:
        report, inputs = engine.attachment(ATTACHMENT), engine.attachment(INPUTS)
        if report is None or inputs is None:
            return {}
        remembered = json.loads(inputs)["inputs"]
        taken = [file["name"] for file in json.loads(report)["files"] if file["status"] != "rejected"]
        return {name: remembered.get(name, {}).get("digest", "") for name in taken}
    except SearchError:
        return {}
    finally:
        engine.close()


def lost(before: Known, now: Known) -> tuple[str, ...]:
    """Names of the documents that go: neither their name nor their bytes are among those of now. A renamed file is not lost."""
    digests = set(now.values())
    return tuple(sorted(name for name, digest in before.items() if name not in now and digest not in digests))


def refuse_shrinking(before: Known, now: Known, percent: int) -> None:
    """Raises GenerationShrinks, naming documents, where more than this share of them would go."""
    going = lost(before, now)
    few = len(going) <= FEW and 2 * len(going) <= len(before)
    if not going or few or 100 * len(going) <= percent * len(before):
        return
    named = "、".join(going[:NAMED]) + (f" 等 {len(going)} 件" if len(going) > NAMED else "")
    raise GenerationShrinks(
        f"这样构建会移出 {len(before)} 件文献中的 {len(going)} 件（上限 {percent}%）：{named}。索引没有改动。",
        hint="若确要移出，请加 --allow-shrink；若来源给错或没有挂载，请更正后再运行。",
        documents=going,
    )
