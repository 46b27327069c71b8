"""The sides of a whole document, and what it is about where many help or the whole country is spoken of."""

from __future__ import annotations

import pytest

from search.errors import BadRequest
from search.fields import BY_NAME
from search.labels.gazetteer import NATION
from search.labels.region import about, decide
from search.labels.region.label import RegionLabels, label_regions
from search.model import Block, BlockKind, Metadata


def _labels(*texts: str, title: str = "", section: tuple[str, ...] = ()) -> RegionLabels:
    blocks = [Block(BlockKind.TITLE, title, ())] if title else []
    return label_regions([*blocks, *(Block(BlockKind.BODY, text, (), section=section) for text in texts)], Metadata())


HELPED = tuple(f"玉树州的变化{what}，玉树州脱贫摘帽，玉树州干部也说。" for what in "大多快好新深远高广强美实细密稳")


def test_who_helps_a_place_all_through_supports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document about the place that is helped, not about who helps, names that supporter too; one named less is an example."""
    texts = (*HELPED, "北京对口支援玉树州。", "北京援青医生到岗，北京又派教师帮扶玉树州，北京还来人。")
    assert _labels(*texts).supporters == ("北京市",)
    monkeypatch.setattr(decide, "OFTEN", 5)
    assert _labels(*texts).supporters == ()


def test_supporters_that_a_passage_lists_support(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three provinces each said to help in one passage are the supporters; two would be examples."""
    texts = (*HELPED, "上海市援青医疗队帮扶玉树州；天津市援青医疗队支援玉树州；江苏省援青医疗队帮助玉树州医院。")
    assert set(_labels(*texts).supporters) == {"上海市", "天津市", "江苏省"}
    monkeypatch.setattr(decide, "ENUMERATED", 4)
    assert _labels(*texts).supporters == ()


def test_a_document_on_the_whole_country_is_about_no_province() -> None:
    """Provinces named now and then beside the whole country are examples, and the text is about the whole country; without it they are
    what it is about."""
    opening = "消费扶贫势头良好，市场供应充足，扶贫产品质量不断提升，销售渠道不断拓宽。" * 6
    example = "其中湖北省、上海市增长较快。湖北省正在复工，上海市也在采购。"
    assert _labels(opening, example).about
    assert _labels(opening, "全国销售额增长，国务院有关部门说，各地都在行动。", example).about == (NATION,)


def test_the_whole_country_is_a_value_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text without places that speaks of the whole country more than once, and often enough, is about it; the user's word beats it."""
    rules = "贫困劳动力外出务工，帮扶车间吸纳就业，公益岗位托底安置。" * 10
    assert _labels("全国各地都在落实。", rules).about == (NATION,)
    assert _labels("全国都在落实。", rules).about == ()
    given = label_regions([Block(BlockKind.BODY, f"全国各地都在落实。{rules}", ())], Metadata(regions=("青海省",)))
    assert given.about == ("青海省",)
    assert BY_NAME["about"].read(NATION) == NATION
    with pytest.raises(BadRequest):
        BY_NAME["region"].read(NATION)
    monkeypatch.setattr(about, "COMMON", 100)
    assert _labels("全国各地都在落实。", rules).about == ()


def test_a_village_that_opens_a_report_on_the_country_is_a_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report on the whole country that begins in one place, and goes on to others, is not about the first; where the report is not on
    the country, or returns there, it is."""
    scene = ("平舆县曹庄村的大棚里，官兵和乡亲一起摘瓜。", "平舆县人武部的干部说，收成好。")
    rest = ("全国的部队都在行动。", "全军派出干部驻村。", "昭通市的部队帮建学校。", "安顺市的退役军人当了村干部。")
    assert _labels(*scene, *rest).about == (NATION,)
    assert "河南省/驻马店市/平舆县" in _labels(*scene, *rest[2:], "部队都在行动。", "干部驻村。").about
    assert "河南省/驻马店市/平舆县" in _labels(*scene, *rest, "平舆县又传来好消息。").about
    monkeypatch.setattr(about, "SCENE", 3)
    assert "河南省/驻马店市/平舆县" in _labels(*scene, *rest).about


def test_who_helps_within_a_province_is_one_the_text_is_about() -> None:
    """A city that helps counties of its own province is a supporter where the text is about it; in one sentence of a report on the whole
    province it is an example, and without it the province takes from nobody."""
    aid = "成都市对口支援石渠县、色达县，成都市援藏干部到岗。"
    found = _labels(aid, "成都市的医生到石渠县坐诊，石渠县群众感谢成都市。")
    assert found.supporters == ("四川省/成都市",)
    whole = ("四川脱贫攻坚传来捷报，四川又有县摘帽。", "四川脱贫攻坚的补贴，四川一卡发放。", "四川查处扶贫领域的问题，四川说到做到。")
    found = _labels(*whole, aid, *whole, title="四川监督执纪为脱贫攻坚护航")
    assert (found.supporters, found.recipients) == ((), ())


def test_who_is_listed_beside_a_recipient_takes_too() -> None:
    """Two banners listed once and later called 两旗 both take, though only one is named again; one of another province listed there does
    not."""
    text = "机关定点帮扶的内蒙古察右前旗、太仆寺旗都要摘帽。"
    more = ("察右前旗的马铃薯卖得好，定点扶贫见效。", "察右前旗的帮扶车间开工。", "结对帮扶察右前旗的干部到岗。")
    assert {path.rpartition("/")[2] for path in _labels(text, *more).recipients} == {"察哈尔右翼前旗", "太仆寺旗"}


def test_a_speaker_named_at_the_end_tells_the_place() -> None:
    """A speech printed without place is about the place of who gave it, named behind a dash at its end."""
    speech = "我们要克服困难，各地都要努力，全国都在看着我们。" * 12
    assert _labels(speech, "——青海省委书记在全省会议上说").about == ("青海省",)
    assert _labels(speech, "青海省委书记在全省会议上说").about == (NATION,)


def test_a_province_in_the_title_stands_for_itself() -> None:
    """A title that names the province is about the province though one county carries a third of it; without the title, and where the
    county carries half, it is about the county."""
    texts = ("安龙县建了小区，安龙县百姓高兴，安龙县来人了。", "贵阳市也建了小区，南明区、云岩区更多，贵州省推广。")
    assert _labels(*texts, title="贵州的社区治理").about == ("贵州省",)
    assert set(_labels(*texts).about) == {"贵州省/黔西南布依族苗族自治州/安龙县", "贵州省/贵阳市"}
    assert _labels(*texts, "安龙县的事，安龙县办，安龙县人说。", "安龙县好。", title="贵州的社区治理").about == (
        "贵州省/黔西南布依族苗族自治州/安龙县",
    )


def test_one_pair_in_a_long_text_tells_of_no_sides() -> None:
    """A text on a region that names 京蒙 once in its midst is not about aid to it; with the pair again, it is."""
    texts = [
        f"内蒙古的党支部带领群众脱贫，{what}有起色。" for what in "这里那里东边西边南边北边山上山下".replace("边", "").replace("山", "")
    ]
    once = "京蒙协作的资金也用上了。"
    assert _labels(*texts, once).recipients == ()
    assert _labels(*texts, once, once).recipients == ("内蒙古自治区",)


def test_当地_is_the_place_of_the_section() -> None:
    """A passage that says 当地 in a section on one of several recipients has that one; 受援地区 are all of them."""
    one, other = ("第一章",), ("第二章",)
    opening = Block(BlockKind.BODY, "上海市对口帮扶云南省剑川县、贵州省道真县。", ())
    blocks = [
        opening,
        Block(BlockKind.BODY, "上海市为剑川县建学校。", (), section=one),
        Block(BlockKind.BODY, "当地群众都说好。", (), section=one),
        Block(BlockKind.BODY, "上海市为道真县建医院。", (), section=other),
        Block(BlockKind.BODY, "受援地区都说好。", (), section=other),
    ]
    taken = [{label.path.rpartition("/")[2] for label in labels if label.inherited} for labels in label_regions(blocks, Metadata()).labels]
    assert taken[2] == {"上海市", "剑川县"}
    assert taken[4] == {"上海市", "剑川县", "道真仡佬族苗族自治县"}


def test_where_people_only_come_to_gives_nothing() -> None:
    """Pupils of the counties that a company helps gather in Beijing, or are brought to 宜昌: neither gives or takes; a place that sends
    teachers, or is paired, does."""
    told = ("中粮集团对口支援洛扎县、修水县，洛扎县学校建成。", "洛扎县、修水县的学生齐聚北京，在北京参观。")
    assert _labels(*told).supporters == ()
    assert _labels(*told, "北京派教师到洛扎县支教。").supporters == ("北京市",)
    brought = "集团组织对口支援地区的学生赴宜昌、武汉等地参观交流。"
    taken = _labels("三峡集团对口支援丁青县、奉节县。", brought).labels[1]
    assert {label.role.value for label in taken if label.path.startswith("湖北省")} == {"mentioned"}
    assert _labels("在上海援疆医生的帮助下，喀什地区的医院突破技术瓶颈，受援医院高兴。").supporters == ("上海市",)


def test_where_a_meeting_on_the_country_is_held_is_not_its_subject() -> None:
    """A meeting on the whole country held in 广州 is about the country; one on 广州, or a text that is silent on the country, is not."""
    held = "全国稳岗就业工作座谈会27日在广州召开，国务院有关部门参加。"
    assert _labels(held, "会议强调，各地要落实责任。").about == (NATION,)
    assert _labels(held, "广州市介绍了经验，广州企业稳岗。").about == ("广东省/广州市",)
    assert _labels("稳岗就业工作座谈会27日在广州召开，企业参加。").about == ("广东省/广州市",)


def test_a_village_here_and_a_county_there_are_no_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long text on what a bank gives, which names places of five provinces alike, is about none of them; with fewer, or one named as
    often as the others together, it is."""
    opening = "银行坚持定点帮扶，派出干部，发放贷款，建设学校，修好道路。" * 10
    places = ("湛江市", "会昌县", "曲靖市", "芜湖市", "平江县")
    named = [f"银行在{place}办起车间，{place}群众增收。{'果园挂果，药材长成。' * 4}" for place in places] * 2
    assert _labels(opening, *named).about == ()
    monkeypatch.setattr(about, "SCATTERED", 6)
    assert _labels(opening, *named).about != ()
