"""The site: Flask pages, the JSON API and the feeds, all over `search.Library`. One public name: `create_app`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from search import Library, Settings, read_settings
from web import errors, http, proxies
from web.assets import read_assets
from web.kept import KeptPages
from web.limiter import Limiter
from web.locale import long_date, number, passages, speak, template_gettext
from web.routes import advanced, api, api_tables, facsimile, guide, machine, pages, reading, reading_list, static, studies, who_helps, words
from web.site import LibraryDoor, Site
from web.templating import EDITION, PageEnvironment, Unquoted

__all__ = ["create_app"]

_HERE = Path(__file__).parent


def create_app(library_or_url: Library | str, settings: Settings | None = None) -> Flask:
    """The WSGI application over an open library, or over the engine URL of one that is opened on the first request.

    `settings` default to those of the environment. Several applications may live in one process."""
    settings = settings or read_settings()
    app = Flask("web", root_path=str(_HERE), static_folder=None)
    app.jinja_environment = PageEnvironment
    app.config.update(
        MAX_CONTENT_LENGTH=http.MAX_BODY,
        MAX_FORM_MEMORY_SIZE=http.MAX_BODY,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    app.jinja_env.bytecode_cache = _compiled_templates()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(Unquoted)
    app.jinja_env.filters.update(number=number, passages=passages, long_date=long_date)
    limiter = Limiter(settings.rate_limit_per_minute, settings.costly_limit_per_minute)
    kept = KeptPages(settings.cache_bytes)
    app.extensions["bangfu"] = Site(LibraryDoor(library_or_url, settings), settings, read_assets(), limiter, kept)
    app.jinja_env.globals["_"] = template_gettext
    app.before_request(speak)
    http.install(app)
    proxies.install(app, settings)
    errors.install(app)
    for module in (static, pages, who_helps, advanced, guide, reading, studies, facsimile, reading_list, words, api, api_tables, machine):
        app.register_blueprint(module.blueprint)
    return app


class _CompiledTemplates(FileSystemBytecodeCache):
    """Templates compiled by an earlier process of this user, so that a worker's first page need not wait. A full disk is no fault."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled_templates() -> _CompiledTemplates | None:
    """None where the machine has no folder that is this user's alone."""
    try:
        return _CompiledTemplates(pattern=f"bangfu-{EDITION}-%s.jinja")
    except (RuntimeError, OSError):
        return None
