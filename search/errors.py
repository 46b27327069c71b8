"""The errors a user may see. Each has a stable code, a message and a hint that names the fix.

Messages are Chinese first; they never carry a path of the server or a traceback, so every one is safe to show.
"""

from __future__ import annotations

import errno


class SearchError(Exception):
    """Root of all errors this package raises on purpose.

    `code` is stable and machine-readable, `status` the HTTP status that says the same, `exit_code` what the command returns.
    """

    code = "error"
    status = 500
    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadRequest(SearchError):
    """A parameter makes no sense (an unknown sort, a page of zero, a year that is no year)."""

    code = "bad-request"
    status = 400

    def __init__(self, message: str, *, hint: str = "", parameter: str = "") -> None:
        """`parameter` is the name of the parameter at fault, where there is one."""
        super().__init__(message, hint=hint)
        self.parameter = parameter


class LibraryClosed(SearchError):
    """The library was closed before it was asked."""

    code = "closed"
    status = 503


class NotFound(SearchError):
    """No document or passage was ever known by this id."""

    code = "not-found"
    status = 404
    exit_code = 1


class IndexMissing(SearchError):
    """There is no generation to open where the engine URL points."""

    code = "index-missing"
    status = 503
    exit_code = 3


class IndexStale(SearchError):
    """The index was built by another analysis version than this code's; the hint names the command that mends it."""

    code = "index-stale"
    status = 503
    exit_code = 3


class IndexDamaged(SearchError):
    """A file of the generation is missing, short or altered."""

    code = "index-damaged"
    status = 503
    exit_code = 3


class LedgerDamaged(IndexDamaged):
    """The ledger of passage ids is altered or cannot be read."""

    code = "ledger-damaged"


class LedgerLost(SearchError):
    """The ledger is missing, or does not know the generation in force: building would give out ids and forget where old ones lead."""

    code = "ledger-lost"
    status = 503
    exit_code = 3


class StorageFault(SearchError):
    """The disk is full, read-only, or may not be written to. What was in force stays in force."""

    code = "storage"
    status = 503


class BuildBusy(SearchError):
    """Another build holds the lock of this index directory."""

    code = "build-busy"
    status = 503
    exit_code = 2


class SourceMissing(SearchError):
    """A source that was named does not exist or cannot be opened. Nothing is built: what cannot be seen is not taken for deleted."""

    code = "source-missing"
    status = 400


class SourceEmpty(SearchError):
    """A folder that was named holds no file at all, as one does whose disk is not mounted. Nothing is built."""

    code = "source-empty"
    status = 400
    exit_code = 1


class GenerationShrinks(SearchError):
    """The new generation would lose more of its documents than is allowed unasked. `documents` names their sources."""

    code = "generation-shrinks"
    status = 409

    def __init__(self, message: str, *, hint: str = "", documents: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.documents = documents


class UnreadableSource(SearchError):
    """A source cannot be read. `message` is the reason shown in the build report; the file is rejected, the rest goes on."""

    code = "unreadable-source"
    status = 400
    exit_code = 1


class EngineUnavailable(SearchError):
    """The engine URL names an engine that is not installed or does not answer."""

    code = "engine-unavailable"
    status = 503
    exit_code = 3


_STORAGE = {
    errno.ENOSPC: ("磁盘已满，索引没有改动。", "请腾出空间，再运行一次。"),
    errno.EDQUOT: ("磁盘配额已用完，索引没有改动。", "请腾出空间，再运行一次。"),
    errno.EFBIG: ("文件超过了系统允许的大小，索引没有改动。", "请调高文件大小的限制（ulimit -f），再运行一次。"),
    errno.EACCES: ("没有权限写索引目录。", "请检查权限，或用 --index 换一个目录。"),
    errno.EPERM: ("没有权限写索引目录。", "请检查权限，或用 --index 换一个目录。"),
    errno.EROFS: ("磁盘是只读的，不能写索引。", "请用 --index 换一个目录。"),
    errno.ENOTDIR: ("索引目录的位置上是一个文件。", "请用 --index 换一个目录。"),
    errno.EEXIST: ("索引目录的位置上是一个文件。", "请用 --index 换一个目录。"),
}


def storage_fault(error: OSError) -> StorageFault:
    """The sentence for what the system said of the disk."""
    message, hint = _STORAGE.get(error.errno or 0, ("读写磁盘出错，索引没有改动。", "请检查磁盘。"))
    return StorageFault(message, hint=hint)


def is_full(error: BaseException) -> bool:
    """Whether there is no room left on the disk."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
