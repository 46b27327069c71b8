"""The parts of an official document (公文, GB/T 9704): who issued it, its number, to whom, who signed, what is attached."""

from __future__ import annotations

import re

from search.model import BlockKind, Official
from search.text.restore.cues import cue_table, cues, either
from search.text.restore.kinds import level
from search.text.restore.units import Unit

_HEAD = 12
_ADDRESSEE_LONGEST = 200
_CUES = cue_table()["official"]
_NUMBER = re.compile(r"[\u3400-\u9fff]{1,14}\s?[〔\[［（(]\s?\d{4}\s?[〕\]］）)]\s?第?\s?\d{1,4}\s?号")
_DECREE = re.compile(rf"(?:{_CUES['state']})?" r"[\u3400-\u9fff]{2,30}令(?:\s*[（(]?第\s*\d{1,4}\s*号[）)]?)?")
_SERIAL = re.compile(r"第\s*\d{1,4}\s*号")
_RED_HEAD = re.compile(r"([\u3400-\u9fff（）()、\s]{3,60}?)\s*文\s?件\Z")
_ADDRESSED = re.compile(either(_CUES["addressed"]) + r".{0,60}[：:]\Z")
_ATTACHMENT = re.compile(_CUES["attachment"] + r"\s*\d{0,2}\s*[：:]\s*")
_ITEM = re.compile(r"(?:\d{1,2}[.．、]|[（(]\d{1,2}[）)])\s*(?!\d)")
_ISSUER_TITLE = re.compile(r"([\u3400-\u9fff（）、\s]{3,60}?)关于")


def read_official(units: list[Unit]) -> Official | None:
    """The parts found, or None where neither a number, nor a red head, nor an addressee with the signature of a body shows that a text is
    an official document."""
    head = units[:_HEAD]
    number = _number(head)
    red_head = next(
        (found.group(1).strip() for unit in head if unit.kind is BlockKind.CREDIT and (found := _RED_HEAD.match(unit.text))), None
    )
    signature, addressee = _signature(units), _addressee(units)
    if number is None and red_head is None and not (addressee and signature and cues().organ.search(signature)):
        return None
    return Official(
        number=number,
        issuer=red_head or signature or _issuer_in_title(head),
        addressee=addressee,
        signature=signature,
        attachments=_attachments(units),
    )


def _number(head: list[Unit]) -> str | None:
    for unit in head:
        if unit.kind is BlockKind.CREDIT and (found := _NUMBER.search(unit.text)):
            return re.sub(r"\s", "", found.group())
    decree = next((at for at, unit in enumerate(head[:-1]) if unit.kind is BlockKind.CREDIT and _DECREE.fullmatch(unit.text)), None)
    if decree is not None and (found := _SERIAL.search(head[decree].text) or _SERIAL.search(head[decree + 1].text)):
        return re.sub(rf"\s|{_CUES['state']}|第\d+号", "", head[decree].text) + re.sub(r"\s", "", found.group())
    return None


def _issuer_in_title(head: list[Unit]) -> str | None:
    title = next((unit.text for unit in head if unit.kind is BlockKind.TITLE), "")
    found = _ISSUER_TITLE.match(title)
    return found.group(1).strip() if found and cues().organ.search(found.group(1).strip()) else None


def _addressee(units: list[Unit]) -> str | None:
    """The first line of the text, if it names offices and ends with a colon."""
    text = next((unit.text for unit in units if unit.body), "")
    return text[:-1].strip() if len(text) <= _ADDRESSEE_LONGEST and _ADDRESSED.search(text) else None


def _signature(units: list[Unit]) -> str | None:
    """The body that is above the last date line of its own."""
    for at in range(len(units) - 1, 0, -1):
        unit, above = units[at], units[at - 1]
        if unit.kind is BlockKind.CREDIT and cues().date_line.match(unit.text):
            return above.text if above.kind is BlockKind.CREDIT and not cues().date_line.match(above.text) else None
    return None


def _attachments(units: list[Unit]) -> tuple[str, ...]:
    found: list[str] = []
    listing = False
    for unit in units:
        text = unit.text
        if opening := _ATTACHMENT.match(text):
            listing, text = True, text[opening.end() :]
        elif not listing or not level(text) or not unit.body:
            listing = False
            continue
        name = _ITEM.sub("", text, count=1).strip("。；; ")
        if name:
            found.append(name)
    return tuple(found)
