"""Words of RTF: which groups hold no text of the page, which words are characters, which charset is which encoding."""

from __future__ import annotations

SKIPPED = frozenset(
    {
        "annotation", "atnauthor", "atndate", "atnicn", "atnid", "atnparent", "atnref", "atntime", "atrfend", "atrfstart", "author",
        "background", "bkmkend", "bkmkstart", "buptim", "category", "colorschememapping", "colortbl", "comment", "company", "creatim",
        "datafield", "datastore", "defchp", "defpap", "doccomm", "docvar", "factoidname", "falt", "ffname", "filetbl", "fldinst", "fldtype",
        "fontemb", "fontfile", "footer", "footerf", "footerl", "footerr", "formfield", "ftncn", "ftnsep", "ftnsepc", "aftncn", "aftnsep",
        "aftnsepc", "generator", "header", "headerf", "headerl", "headerr", "hlinkbase", "htmltag", "keycode", "keywords", "latentstyles",
        "levelnumbers", "leveltext", "listlevel", "listname", "listoverride", "listoverridetable", "listpicture", "liststylename",
        "listtable", "manager", "mailmerge", "mmathPr", "nesttableprops", "nonesttables", "nonshppict", "objalias", "objclass", "objdata",
        "objname", "objsect", "objtime", "oleclsid", "operator", "panose", "password", "pgptbl", "picprop", "pict", "pnseclvl", "pntxta",
        "pntxtb", "printim", "private", "propname", "protusertbl", "pxe", "revtbl", "revtim", "rsidtbl", "rxe", "sn", "sp", "sv",
        "staticval", "subject", "tc", "template", "themedata", "txe", "userprops", "wgrffmtfilter", "xe", "xmlnstbl", "mhtmltag", "upr",
    }
)  # fmt: skip
"""Destinations without text of the page: properties, pictures, headers and footers, field codes, comments, index entries."""
CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": "\u3000", "enspace": " ", "qmspace": " ", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "softline": "\n",
}  # fmt: skip
BREAKS = ("par", "sect", "page", "column", "softpage")
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
"""Encoding by `\\fcharset`."""
