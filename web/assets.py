"""Static files: read once, compressed when first asked for, named by a fingerprint of them all so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """A static file as it is sent."""

    body: bytes
    mimetype: str

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files by name (`js/site.js`), and the fingerprint in their addresses. Modules import each other by relative
    address, so the fingerprint is one folder above them all."""

    files: dict[str, Asset]
    fingerprint: str

    def paths(self) -> dict[str, str]:
        return {name: f"/static/{self.fingerprint}/{name}" for name in self.files}


def read_assets(root: Path = ROOT) -> Assets:
    """Every file below `root`."""
    files: dict[str, Asset] = {}
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(item for item in root.rglob("*") if item.is_file()):
        name = path.relative_to(root).as_posix()
        body = path.read_bytes()
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
        mimetype = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        files[name] = Asset(body, mimetype)
    return Assets(files, digest.hexdigest())
