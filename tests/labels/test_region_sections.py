"""What passages take from the heading above them, and where the places of an article stop."""

from __future__ import annotations

from search.labels.region.label import label_regions
from search.model import Block, BlockKind, Metadata, Role


def _heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, ())


def _under(heading: str, text: str) -> Block:
    return Block(BlockKind.BODY, text, (), section=(heading,))


def _taken(blocks: list[Block], at: int) -> dict[str, Role]:
    return {one.path: one.role for one in label_regions(blocks, Metadata()).labels[at] if one.inherited}


def test_a_heading_names_the_places_of_its_passages() -> None:
    """Passages below a heading that says who helps whom take those places, not the article's."""
    first, second = "武清区帮扶静宁县", "宝坻区帮扶永登县"
    blocks = [
        Block(BlockKind.TITLE, "天津对口帮扶甘肃", ()),
        _heading(first),
        _under(first, "投入帮扶资金建了三座冷库。"),
        _heading(second),
        _under(second, "派来的医生教会了当地同行。"),
    ]
    assert _taken(blocks, 2) == {"天津市/武清区": Role.SUPPORTER, "甘肃省/平凉市/静宁县": Role.RECIPIENT}
    assert _taken(blocks, 4) == {"天津市/宝坻区": Role.SUPPORTER, "甘肃省/兰州市/永登县": Role.RECIPIENT}


def test_places_of_one_section_stop_at_the_next() -> None:
    """A pairing told of in one section of many is not inherited by the others; one told of in the lead is."""
    names = ("经验", "车间", "教室", "果园", "冷库")
    told = "嘉定区对口帮扶楚雄州，嘉定区又选派教师到楚雄州支教，嘉定区帮扶有力。"
    blocks = [Block(BlockKind.BODY, text, ()) for text in ("各地帮扶见成效。", "脱贫攻坚进入决战。", "扶贫协作不断深入。")]
    for name in names:
        blocks += [_heading(name), _under(name, told if name == "车间" else "帮扶项目开工，群众得实惠。"), _under(name, "扶贫资金到位。")]
    inside, outside = (at for at, block in enumerate(blocks) if block.text == "扶贫资金到位。" and block.section in (("车间",), ("果园",)))
    assert set(_taken(blocks, inside)) >= {"上海市/嘉定区"}
    assert _taken(blocks, outside) == {}
    led = [Block(BlockKind.BODY, told, ()), *blocks[1:]]
    assert set(_taken(led, outside)) >= {"上海市/嘉定区"}
