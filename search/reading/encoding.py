"""Bytes → text, with the encoding named; refuses rather than guesses.

Every supported encoding that can decode the bytes is costed by a unigram model of Chinese text (nats over the same
bytes, so that totals compare); the cheapest must be plausible in itself and clearly cheaper than the next one.
Japanese and Korean encodings compete too, only so that their text is refused instead of read as rare Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.errors import UnreadableSource
from search.reading.euc_tw import decode_euc_tw
from search.reading.mojibake import led_back

_TABLE = Path(__file__).parent / "data" / "character_cost.txt"

CONVERT = "请用编辑器把它另存为 UTF-8 后再试。"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUPPORTED = ("gb18030", "big5hkscs", "euc_tw", "utf-16-le", "utf-16-be")
_RIVALS = ("shift_jis", "euc_jp", "cp949")
_RIVAL_NAMES = {"shift_jis": "日文 Shift_JIS", "euc_jp": "日文 EUC-JP", "cp949": "韩文 EUC-KR"}
_MARGIN = 14.0
"""Nats by which the best reading must beat the next: one in a million."""
_PLAUSIBLE = 10.6
"""Mean nats a character above which text is noise. Newspaper text costs about 7, a list of rare names 9."""
_COSTED_BYTES = 1 << 20
"""How much of a file the cost is taken over; the whole file must still decode strictly."""
_SAMPLE_BYTES = 1 << 14
_MAX_BROKEN_SHARE = 1 / 500
_MAX_REPLACED_SHARE = 1 / 100
_LISTED = 15.0
_LATIN_SHARE = 2
"""One letter in so many may be accented in a text of the West."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LATIN = re.compile(r"[\x80-\xff]+")
_WIDE = re.compile(r"[\u3000-\U0010ffff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte order mark, the name of its encoding, and what the reader should be told."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of `data`. `declared` is an encoding a format names in itself (HTML's charset); it is believed if it fits.

    Raises UnreadableSource when no encoding fits, when two fit about equally well, or when the text is garbled.
    """
    if not data:
        return Decoded("", "utf-8")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(_strict(data[len(mark) :], encoding), encoding)
    nul_share = data.count(0) / max(1, len(data))
    text = _attempt(data, "utf-8") if nul_share < 0.02 else None
    if text is not None and (_surely_utf8(data, text) or _doubly_encoded(text[:20_000])):
        return _checked(text, "utf-8")  # whatever is declared: pages that lie about it are common, and GB18030 never looks so
    if declared is not None and (claimed := _attempt(data, _canonical(declared))) is not None:
        wide = "".join(character for character in claimed if character > "\x7f")
        if _mean_cost(wide) <= _PLAUSIBLE:
            return _checked(claimed, _canonical(declared))
    return _cheapest(data, text)


def _surely_utf8(data: bytes, text: str) -> bool:
    """Whether strict UTF-8 needs no comparison: multi-byte sequences that could hardly arise by chance, or plain ASCII prose."""
    if text.isascii():
        # UTF-16 of characters such as 中 (4E 2D) is also pure ASCII, but never has spaces or line ends where prose has them
        sample = data[:4096]
        if _CONTROL.search(sample):
            return False
        return len(data) % 2 == 1 or (sample.count(b" ") + sample.count(b"\n")) * 40 > len(sample)
    long_sequences = len(data.translate(None, bytes(range(0xE0))))  # lead bytes of three- and four-byte sequences
    return long_sequences >= 2 or _is_latin(text)


def _is_latin(text: str) -> bool:
    """Whether a text is ASCII but for a few letters and signs of the West (café ©), which in GBK would be rare characters amid words."""
    others = [character for character in text if character > "\x7f"]
    return all("\xa0" <= character <= "\u024f" for character in others) and len(others) * _LATIN_SHARE <= len(text)


def _cheapest(data: bytes, utf8: str | None) -> Decoded:
    """The reading of `data` that costs least, if it is plausible and clearly ahead."""
    readings = {} if utf8 is None else {"utf-8": utf8}
    for encoding in (*_SUPPORTED, *_RIVALS):
        text = _attempt(data, encoding)
        if text is not None:
            readings[encoding] = text
    if not readings:
        return _repaired(data)
    size = min(len(data), _COSTED_BYTES)
    costs = sorted((_cost(text, size / len(data)), encoding) for encoding, text in readings.items())
    lowest, best = costs[0]
    text = readings[best]
    if best in _RIVALS:
        raise UnreadableSource(f"文字像是{_RIVAL_NAMES[best]} 编码，不在支持之列。", hint=CONVERT)
    if _mean_cost(text) > _PLAUSIBLE:
        if best == "utf-8" and _mean_cost(text) <= _LISTED:
            return _checked(text, best)
        return _repaired(data)
    second = next((cost for cost, encoding in costs[1:] if readings[encoding] != text), None)
    if second is not None and second - lowest < _MARGIN:
        raise UnreadableSource("无法断定文字的编码：有几种读法同样说得通。", hint=CONVERT)
    return _checked(text, best)


def _repaired(data: bytes) -> Decoded:
    """UTF-8 or GB18030 with a few broken bytes (a cut file, a damaged disk): read with U+FFFD and a warning, or refused."""
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, errors="replace")
        broken = text.count("\ufffd")
        wide = sum(1 for character in text[:100_000] if character > "\u07ff")
        if 0 < broken <= max(1, len(text) * _MAX_BROKEN_SHARE) and wide >= 20 * min(broken, 5) and _mean_cost(text) <= _PLAUSIBLE:
            return Decoded(text, encoding, (f"有 {broken} 处字节损坏，读作 �。",))
    raise UnreadableSource("不是文本文件，或文字编码无法识别。", hint=CONVERT)


def _checked(text: str, encoding: str) -> Decoded:
    """Refuses text that decoded well but was garbled before it was saved."""
    replaced = text.count("\ufffd")
    visible = max(1, len(text) - text.count(" ") - text.count("\n"))
    if replaced > 3 and replaced > visible * _MAX_REPLACED_SHARE:
        raise UnreadableSource(f"文字已成乱码：有 {replaced} 个无法辨认的字符（�）。", hint="请从原始文件重新导出。")
    if found := led_back(text, _mean_cost, _PLAUSIBLE):
        text, what = found
        return Decoded(text, encoding, (f"文字曾被误读后保存（{what}），已复原；请核对。",))
    if text.count("锟斤拷") * 3 > max(9, visible * _MAX_REPLACED_SHARE):
        raise UnreadableSource("文字已成乱码（“锟斤拷”）。", hint="请从原始文件重新导出。")
    if _doubly_encoded(text[:20_000]):
        raise UnreadableSource("文字已成乱码：UTF-8 曾被当作别的编码读入后再保存。", hint="请从原始文件重新导出。")
    control = len(_CONTROLS.findall(text))
    if control > 2 and control > len(text) / 100:
        raise UnreadableSource("不是文本文件：含大量控制字符。")
    return Decoded(text, encoding, (f"原文有 {replaced} 个无法辨认的字符（�）。",) if replaced else ())


def _doubly_encoded(text: str) -> bool:
    """Whether UTF-8 bytes were once taken for Latin-1, Windows-1252 or GBK and saved again."""
    if text.isascii():
        return False
    latin = len(text) - len(_LATIN.sub("", text))
    wide = len(text) - len(_WIDE.sub("", text))
    if latin > 12 and latin > 4 * wide:
        for encoding in ("latin-1", "cp1252"):
            try:
                inner = text.encode(encoding, errors="ignore").decode("utf-8", errors="ignore")
            except UnicodeError:
                continue
            if sum("\u3000" <= character <= "\u9fff" for character in inner) * 4 > latin:
                return True
    if wide >= 24 and _mean_cost(text) > _PLAUSIBLE:
        inner = text.encode("gb18030", errors="ignore").decode("utf-8", errors="ignore")
        chinese = "".join(character for character in inner if "\u4e00" <= character <= "\u9fff")
        return len(chinese) * 3 > wide and _mean_cost(chinese) < _PLAUSIBLE - 1
    return False


def _canonical(encoding: str) -> str:
    """The superset that files in fact use when they name `encoding`; empty when it is unknown."""
    name = encoding.strip().strip("\"'").lower().replace("_", "-")
    if name in {"gb2312", "gbk", "gb18030", "gb-2312", "x-gbk", "cp936", "ms936", "euc-cn"}:
        return "gb18030"
    if name in {"big5", "big5-hkscs", "big5hkscs", "cp950", "x-x-big5"}:
        return "big5hkscs"
    if name in {"utf8", "utf-8", "ascii", "us-ascii"}:
        return "utf-8"
    if name in {"euc-tw", "x-euc-tw", "cns11643"}:
        return "euc_tw"
    return {"utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}.get(name, "")


def _attempt(data: bytes, encoding: str) -> str | None:
    """Strictly decoded text, or None. Big5 is tried as Hong Kong's superset, then as Windows' cp950."""
    if not encoding:
        return None
    if encoding.startswith("utf-16") and len(data) % 2:
        return None
    try:
        return _euc_tw(data) if encoding == "euc_tw" else data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "big5hkscs":
            return None
    try:
        return data.decode("cp950")
    except UnicodeDecodeError:
        return None


def _euc_tw(data: bytes) -> str:
    """EUC-TW, decoded whole only where its beginning is Chinese: GB2312 has the same form, and the decoder is slow."""
    end = _SAMPLE_BYTES
    while end < len(data) and data[end - 1] > 0x7F:
        end += 1
    if _mean_cost(decode_euc_tw(data[:end])) > _PLAUSIBLE:
        raise UnicodeDecodeError("euc_tw", data, 0, 1, "not Chinese when read so")
    return decode_euc_tw(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > max(1, len(text) * _MAX_BROKEN_SHARE):
        raise UnreadableSource(f"文件标明是 {encoding.upper()}，内容却不是。", hint=CONVERT)
    return text


def _mean_cost(text: str) -> float:
    """Nats a character over a sample of the text."""
    sample = text if len(text) <= 40_000 else text[:20_000] + text[-20_000:]
    return _cost(sample, 1.0) / max(1, len(sample))


def _cost(text: str, share: float) -> float:
    """Nats of the first `share` of the text."""
    table = _costs()
    total = 0.0
    for character, count in Counter(text[: round(len(text) * share)]).items():
        cost = table.get(character)
        total += count * (cost if cost is not None else _class_cost(character))
    return total


_CLASSES = (
    (0x20, 22.0), (0x7F, 4.0), (0xA0, 20.0), (0x180, 7.5), (0x370, 12.0), (0x700, 10.0), (0xE00, 14.0), (0x1000, 11.0),
    (0x1100, 14.0), (0x1200, 13.0), (0x1800, 14.0), (0x18B0, 11.0), (0x2000, 13.0), (0x2070, 8.0), (0x2100, 12.0), (0x2200, 9.0),
    (0x2460, 12.0), (0x2500, 9.0), (0x2580, 11.0), (0x2700, 10.0), (0x2E80, 14.0), (0x3000, 14.0), (0x3040, 9.0), (0x3100, 9.5),
    (0x3400, 13.0), (0x4DC0, 17.0), (0x4E00, 17.0), (0xA000, 16.0), (0xAC00, 14.0), (0xD7B0, 10.5), (0xE000, 22.0), (0xF900, 19.0),
    (0xFB00, 15.0), (0xFE10, 15.0), (0xFE50, 13.0), (0xFF00, 14.0), (0xFF60, 8.0), (0xFFE0, 12.0), (0xFFF0, 12.0), (0x10000, 20.0),
    (0x1F000, 16.0), (0x1FB00, 11.0), (0x20000, 17.0), (0x323B0, 16.0), (0x110000, 20.0),
)  # fmt: skip
"""Upper bound of a range of code points (exclusive) and the cost of a character in it that is not in the table."""


def _class_cost(character: str) -> float:
    code = ord(character)
    return next(cost for end, cost in _CLASSES if code < end)


@cache
def _costs() -> dict[str, float]:
    """Cost by character: the data file, and the punctuation that makes a text a text."""
    costs = dict.fromkeys("，。、", 4.0) | dict.fromkeys("“”：；（）《》\u3000—", 5.5) | dict.fromkeys("！？‘’·…【】〔〕「」『』", 7.5)
    costs |= {"\n": 3.0, "\r": 3.0, "\t": 5.0, "\f": 9.0, " ": 3.0, "\x00": 22.0, "\ufffd": 20.0}
    for line in _TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cost, characters = line.split("\t")
            costs.update(dict.fromkeys(characters, float(cost)))
    return costs
