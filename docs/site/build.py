"""Makes the documentation a site in two languages: `python docs/site/build.py [FOLDER]` (default build/docs).

The Markdown of docs/ stays as it reads on its own; what a site needs besides is added here on a copy: the order of pages (that of the
table in docs/README.md), notebooks with the outputs that a run over the example gives, pictures. Sphinx takes a warning, a link that
leads nowhere among them, for an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
LANGUAGES = ("zh", "en")
SHARED = ("reference", "opensearch", "security")
"""Pages that are there in English alone; the Chinese site has them too, marked as English."""

Notebook = Any
"""A notebook of nbformat, which types none of it."""

_ROW = re.compile(r"\]\((zh|en)/(\w+)\.md\)")
_ABOVE = re.compile(r"\]\(\.\./(?:notebooks/)?([\w.-]+)\.(md|ipynb)(#[\w-]+)?\)")
_OUTSIDE = re.compile(r"\]\(\.\./\.\./([\w./-]+)\)")
_WORDS = {
    "zh": {"pages": "内容", "notebooks": "笔记本", "shared": "英文资料", "download": "下载这个笔记本"},
    "en": {"pages": "Contents", "notebooks": "Notebooks", "shared": "In detail", "download": "Download this notebook"},
}


def order(language: str) -> list[str]:
    """The pages of a language, as the table of docs/README.md lists them."""
    return [page for found, page in _ROW.findall((DOCS / "README.md").read_text("utf-8")) if found == language]


def notebooks() -> list[Path]:
    """The notebooks that the documentation gives away."""
    return sorted((DOCS / "notebooks").glob("*.ipynb"))


def build(target: Path, executed: dict[str, Notebook] | None = None) -> Path:
    """Builds both languages below `target` and gives the page to open first. `executed` are the notebooks with their outputs by name;
    without them each is run here. Raises CalledProcessError with what Sphinx complained of."""
    executed = run_notebooks() if executed is None else executed
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            staged = Path(folder) / language
            _stage(staged, language, executed)
            _sphinx(staged, target / language, language)
    (target / "index.html").write_text((Path(__file__).parent / "first.html").read_text("utf-8"), "utf-8")
    return target / "index.html"


def run_notebooks() -> dict[str, Notebook]:
    """The notebooks by name, run over an index of the example in a folder of its own."""
    import nbformat  # noqa: PLC0415 - only where notebooks are run
    from nbclient import NotebookClient  # noqa: PLC0415

    from search import build as build_index  # noqa: PLC0415
    from search.command.keeping import PAPERS as EXAMPLE  # noqa: PLC0415

    done: dict[str, Notebook] = {}
    with tempfile.TemporaryDirectory() as folder:
        build_index([EXAMPLE], Path(folder) / "index_data")
        for path in notebooks():
            done[path.stem] = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            NotebookClient(done[path.stem], timeout=120, resources={"metadata": {"path": folder}}).execute()
    return done


def _stage(folder: Path, language: str, executed: dict[str, Notebook]) -> None:
    folder.mkdir(parents=True)
    pages = order(language)
    for page in ("index", *pages):
        (folder / f"{page}.md").write_text(_moved((DOCS / language / f"{page}.md").read_text("utf-8"), language), "utf-8")
    for page in SHARED:
        (folder / f"{page}.md").write_text(_moved((DOCS / f"{page}.md").read_text("utf-8"), language), "utf-8")
    for name, notebook in executed.items():
        shutil.copy2(DOCS / "notebooks" / f"{name}.ipynb", folder)
        (folder / f"notebook-{name}.md").write_text(as_markdown(notebook, name, _WORDS[language]["download"]), "utf-8")
    shutil.copytree(DOCS / "pictures" / language, folder / "pictures")
    with (folder / "index.md").open("a", encoding="utf-8") as index:
        index.write(_contents(_WORDS[language]["pages"], pages))
        index.write(_contents(_WORDS[language]["notebooks"], [f"notebook-{name}" for name in executed]))
        index.write(_contents(_WORDS[language]["shared"], list(SHARED)))


def _contents(caption: str, pages: list[str]) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""])


def _moved(text: str, language: str) -> str:
    """The text of a page with its links as they are in the site, where all pages of a language lie in one folder."""

    def beside(found: re.Match[str]) -> str:
        name, kind, anchor = found[1], found[2], found[3] or ""
        return f"](notebook-{name}.md)" if kind == "ipynb" else f"]({name}.md{anchor})"

    text = text.replace(f"](../pictures/{language}/", "](pictures/")
    text = _ABOVE.sub(beside, text)
    return _OUTSIDE.sub("", text)


def as_markdown(notebook: Notebook, name: str, download: str) -> str:
    """A notebook that has been run, as a page: its words, its code and what came out."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        parts.extend(filter(None, map(_output, cell.outputs)))
    head, _, rest = "\n\n".join(parts).partition("\n")
    return f"{head}\n\n{{download}}`{download} <{name}.ipynb>`\n{rest}\n"


def _output(output: Any) -> str:
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```"
    data = output.get("data", {})
    if "text/html" in data:
        html = re.sub(r"<style.*?</style>|\n\s*", "", data["text/html"], flags=re.DOTALL)
        return f'```{{raw}} html\n<div class="output">{html}</div>\n```'
    return f"```text\n{data['text/plain']}\n```" if "text/plain" in data else ""


def _sphinx(source: Path, target: Path, language: str) -> None:
    settings = str(Path(__file__).parent)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-c", settings, "-d", str(source / ".doctrees")]
    environment = {**os.environ, "DOCS_LANGUAGE": language}
    done = subprocess.run([*command, str(source), str(target)], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / 'build' / 'docs')}\n")
