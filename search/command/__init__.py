"""The `bangfu` command."""

import sys

import search

if "open_library" not in getattr(search, "__all__", ()):  # another package was installed over ours: nothing below could be imported
    _place = getattr(search, "__file__", None) or "–"
    sys.stderr.write(
        f"bangfu: 另一个程序包占用了“search”这个名字：{_place}。请把 bangfu 装进单独的环境。\n"
        f"bangfu: another package has the name “search”: {_place}. Install bangfu into an environment of its own.\n"
    )
    raise SystemExit(2)
