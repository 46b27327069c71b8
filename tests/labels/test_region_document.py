"""The sides of a whole document, and what it is about where many help or the whole country is spoken of."""

from __future__ import annotations

import pytest

from search.errors import BadRequest
from search.fields import BY_NAME
from search.labels.gazetteer import NATION
from search.labels.region import about, decide, sides
from search.labels.region.label import RegionLabels, label_regions
from search.model import Block, BlockKind, Metadata, Origin, Role


def _labels(*texts: str, title: str = "", section: tuple[str, ...] = ()) -> RegionLabels:
    blocks = [Block(BlockKind.TITLE, title, ())] if title else []
    return label_regions([*blocks, *(Block(BlockKind.BODY, text, (), section=section) for text in texts)], Metadata())


HELPED = tuple(f"玉树州的变化{what}，玉树州脱贫摘帽，玉树州干部也说。" for what in "大多快好新深远高广强美实细密稳")


def test_who_helps_a_place_all_through_supports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document about the place that is helped, not about who helps, names that supporter too; one named less is an example."""
    texts = (*HELPED, "北京对口支援玉树州。", "北京援青医生到岗，北京又派教师帮扶玉树州，北京还来人。")
    assert _labels(*texts).supporters == ("北京市",)
    monkeypatch.setattr(decide, "OFTEN", 6)
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
    assert {path.rpartition("/")[2] for path in _labels(text, *more).helped} == {"察哈尔右翼前旗", "太仆寺旗"}


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


def test_one_named_less_but_in_two_passages_supports_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A province that two passages say to help is no example, though it is named once less than would be needed of it in one."""
    texts = (*HELPED, "湖北省医疗队对口支援玉树州。", "湖北省选派教师帮扶玉树州，湖北省还援建学校。")
    assert _labels(*texts).supporters == ("湖北省",)
    monkeypatch.setattr(decide, "OFTEN", 5)
    assert _labels(*texts).supporters == ()


def test_who_is_helped_by_no_place_is_told_apart() -> None:
    """A county that a company helps is helped, but is no side of a pair of places; where a city helps it, it is."""
    by_unit = _labels("某某集团定点帮扶河曲县，河曲县脱贫摘帽。", "在集团帮扶下，河曲县建起车间。")
    assert (by_unit.supporters, by_unit.recipients) == ((), ())
    assert by_unit.helped == ("山西省/忻州市/河曲县",)
    by_city = _labels("深圳市对口帮扶河源市，河源市脱贫摘帽。", "在深圳市帮扶下，河源市建起车间。")
    assert by_city.supporters == ("广东省/深圳市",)
    assert by_city.recipients
    assert by_city.helped == ()


EXAMPLES = (
    "全国高校都在行动，国家支持。河南省滑县的麦田里来了教授。",
    "合阳县的樱桃园，专家手把手教，全国都这样。",
    "荣县的大豆田里，师生讲课。",
    "龙陵县的座谈会上，各地经验受欢迎。",
    "莱阳市的果园里，学生整枝。",
    "丰润区的姜田里，手册印发，河南省滑县也用。",
)


def test_examples_from_all_over_the_country_are_no_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report on the whole country that takes one example from each of many provinces is about none of them, though the first opens it;
    where one of them has more than its share, it is about places."""
    assert _labels(*EXAMPLES).about == (NATION,)
    assert "陕西省/渭南市/合阳县" in _labels(*EXAMPLES, *["合阳县的教授又来了。合阳县丰收。"] * 3).about
    monkeypatch.setattr(about, "SCATTERED", 7)
    assert NATION not in _labels(*EXAMPLES).about
    monkeypatch.setattr(about, "SCATTERED", 5)
    monkeypatch.setattr(about, "EXAMPLE", 0.1)
    assert NATION not in _labels(*EXAMPLES).about


def test_aid_named_among_other_posts_tells_of_no_place() -> None:
    """援藏、援疆 in a list of what cadres do make neither 西藏 nor 新疆 what a text is about or who is helped; 援藏 told of does."""
    listed = _labels("干部异地任职、援藏、援疆、驻村，难免有压力。", "要关心他们的健康，帮扶他们的家庭。")
    assert (listed.about, listed.recipients, listed.helped) == ((), (), ())
    assert [one.path for one in listed.labels[0]] == ["西藏自治区", "新疆维吾尔自治区"]
    assert _labels("援藏干部到岗，援藏工作队帮扶牧民。").about == ("西藏自治区",)


def test_where_workers_go_is_no_supporter() -> None:
    """A province that sends its workers elsewhere and helps its own villages is helped by nobody; where it is said to be aid, it is."""
    own = "山西帮助贫困村卖菜，山西脱贫摘帽，山西贫困户增收。"
    sent = _labels(own, "吕梁市专车送工人赴青岛市务工。", own)
    assert (sent.supporters, sent.recipients) == ((), ())
    assert _labels(own, "青岛市对口帮扶吕梁市，吕梁市工人赴青岛市务工。", own).supporters == ("山东省/青岛市",)


def test_a_city_whose_district_helps_is_not_helped() -> None:
    """The city that buys what is grown where its own county helps takes nothing."""
    told = ("成都崇州对口援助马尔康市，崇州市援藏队领队到村。", "崇州市援藏干部帮助马尔康市种菜。")
    found = _labels(*told, "拉到成都市场卖，成都扶贫认购。")
    assert found.supporters == ("四川省/成都市/崇州市",)
    assert "四川省/成都市" not in found.recipients


def test_counties_beside_the_words_for_them_are_helped() -> None:
    """定点扶贫县 makes the names around it those who are helped: right behind it, and before it with their number."""
    behind = "三个定点扶贫县甘肃天祝、四川理塘、山西浑源全部摘帽。"
    before = "公司向甘肃省天祝县、四川省理塘县、山西省浑源县三个定点扶贫县投入资金。"
    for text in (behind, before):
        labels = _labels(text).labels[0]
        assert [(one.path.rpartition("/")[2][:2], one.role) for one in labels] == [
            ("天祝", Role.RECIPIENT), ("理塘", Role.RECIPIENT), ("浑源", Role.RECIPIENT)
        ]  # fmt: skip


def test_of_two_who_work_together_neither_gives() -> None:
    """甲市与乙市开展对口协作 is no vote for either, where neither usually gives to the other."""
    found = _labels("烟台、威海与青岛开展对口协作，疫情来了一起扛。", "青岛的疫情，全市动员。")
    assert all(one.role is Role.MENTIONED for one in found.labels[0])


def test_a_pair_gives_its_roles_to_places_beside_it() -> None:
    """A county named beside the pair of its province takes part in it: 粤桂协作资金 are aid to 乐业."""
    labels = _labels("乐业县依托粤桂扶贫协作资金建产业园，全国政策也好。", "天气很好。", "收成不错。", "道路通了。").labels[0]
    assert {(one.path, one.role) for one in labels} == {
        ("广西壮族自治区/百色市/乐业县", Role.RECIPIENT),
        ("广东省", Role.SUPPORTER),
    }


def test_a_title_that_speaks_of_aid_makes_a_story_one_of_aid(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long story with few words of aid is about aid where its title says so."""
    story = ("医院对口帮扶墨玉县多年。", *("医生查房，墨玉县的病人好了。" for _ in range(4)))
    assert _labels(*story, title="对口支援墨玉县人民医院").helped
    assert not _labels(*story, title="医生在墨玉县人民医院").helped
    monkeypatch.setattr(sides, "AID_SHARE", 0.9)
    assert not _labels(*story, title="对口支援墨玉县人民医院").helped


@pytest.mark.parametrize("text", ["河南农大的专家来了。", "库尔班在山东舰上服役。", "四川师大的学生来了。"])
def test_names_of_universities_and_ships_are_no_places(text: str) -> None:
    """河南农大 is a university and 山东舰 a ship: neither names the province."""
    assert _labels(text).labels == ((),)


@pytest.mark.parametrize(
    ("text", "path", "role"),
    [
        ("昭平县的小镇热闹起来，对口帮扶的广东肇庆市鼎湖区在镇里办培训。", "广东省/肇庆市/鼎湖区", Role.SUPPORTER),
        ("在上海黄浦区的对口帮扶下，澜沧县脱贫摘帽。", "上海市/黄浦区", Role.SUPPORTER),
        ("集团帮助定点帮扶地——甘肃省庆阳市华池县的毕业生就业。", "甘肃省/庆阳市/华池县", Role.RECIPIENT),
    ],
)
def test_who_gives_is_told_by_the_words_around(text: str, path: str, role: Role) -> None:
    """对口帮扶的, 在…的对口帮扶下 and 定点帮扶地 give the place beside them the role they say, not the other one."""
    assert {one.path: one.role for one in _labels(text, "干部帮扶到村，帮扶车间开工。").labels[0]}[path] is role


def test_a_pair_named_twice_is_labelled_once() -> None:
    """Two provinces named as one with aid and without, in one passage, have one label each, with the role that the aid gives."""
    labels = _labels("闽宁同心，砾石变金。葡萄产业里的闽宁协作正在升级。").labels[0]
    assert sorted((one.path, one.role, len(one.evidence)) for one in labels) == [
        ("宁夏回族自治区", Role.RECIPIENT, 2), ("福建省", Role.SUPPORTER, 2)
    ]  # fmt: skip


def test_what_is_of_a_province_s_quality_is_not_its_aid() -> None:
    """北京优质的医疗资源 at a county's door does not make 北京 the one that helps, where a hospital does."""
    found = _labels("医学中心对口帮扶玉门市人民医院，在家门口享受北京优质的医疗资源，群众说好。", "专家到玉门市坐诊，帮扶科室。")
    assert found.supporters == ()


def test_articles_of_one_file_have_their_own_subjects() -> None:
    """Where a file holds several articles, each is about its own places, or the whole country; one article has those of its document."""
    first = ("西吉县的马铃薯丰收，西吉县脱贫摘帽。", "西吉县的群众感谢。")
    second = ("全国各地都在落实，国务院部署，各地行动。", "我国的扶贫产品卖得好。")
    blocks = [Block(BlockKind.BODY, text, (), article=at) for at, texts in ((1, first), (2, second)) for text in texts]
    found = label_regions(blocks, Metadata())
    assert found.about_of == {1: ("宁夏回族自治区/固原市/西吉县",), 2: (NATION,)}
    assert label_regions(blocks[:2], Metadata()).about_of == {}
    given = label_regions(blocks, Metadata(regions=("青海省",), forbid_regions=("宁夏回族自治区",)))
    assert given.about_of == {1: ("青海省",), 2: ("青海省",)}


def test_the_sides_a_user_states_hold() -> None:
    """Who the user says to help or to take does so, in the passages too; who he rules out is only named; and what is inherited for a role
    that is ruled out is gone."""
    texts = ("北京市密云区对口帮扶河北省滦平县，选派教师。", "受援地区的学校建成。")
    blocks = [Block(BlockKind.BODY, text, ()) for text in texts]
    said = Metadata(supporters=("滦平县",), recipients=("密云区",), origin=Origin.USER)
    turned = label_regions(blocks, said)
    assert (turned.supporters, turned.recipients) == (("河北省/承德市/滦平县",), ("北京市/密云区",))
    assert {one.path: (one.role, one.origin) for one in turned.labels[0]} == {
        "北京市/密云区": (Role.RECIPIENT, Origin.USER),
        "河北省/承德市/滦平县": (Role.SUPPORTER, Origin.USER),
    }
    without = label_regions(blocks, Metadata(forbid_supporters=("北京市",), forbid_recipients=("河北省",), origin=Origin.USER))
    assert (without.supporters, without.recipients, without.helped) == ((), (), ())
    assert [[one.role for one in labels] for labels in without.labels] == [[Role.MENTIONED, Role.MENTIONED], []]
