"""The narrator's text of an unknown document in, the people who speak in it out: no manifest names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from rag.speech import SAYS_EN, SAYS_ZH
from rag.types import Person

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康"
    "伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索"
    "赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎连习艾容向古易戈廖庾居衡步都耿满弘匡文寇广禄阙东殴沃利蔚越隆师巩聂晁敖融冷訾辛那简饶曾"
    "沙养鞠须丰巢关蒯相查后荆红游竺权盖益桓公檀岳肖佟阿古"
)
_DOUBLE_SURNAMES = frozenset(
    "欧阳 司马 诸葛 上官 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 端木 南宫 独孤".split()
)
_ADVERB = r"(?:笑着|曾|也|还|则|又|进一步|随后|告诉记者|向记者|对记者|在接受采访时|接受采访时)?"
_SAID_ZH = re.compile(rf"([\u4e00-\u9fff]{{2,4}}?){_ADVERB}(?:{SAYS_ZH})")
_TITLE_EN = r"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs|Sir)\.? )?"
_NAME_EN = r"[A-Z][A-Za-z'’-]+(?: [A-Z]\.)?(?: (?:de |van |von |al-)?[A-Z][A-Za-z'’-]+){1,2}"
_SAID_EN = re.compile(
    rf"(?:{SAYS_EN}) {_TITLE_EN}({_NAME_EN})"
    rf"|{_TITLE_EN}({_NAME_EN})(?:, [^,.“”\"]{{3,70}},)?(?: \w+){{0,2}} (?:{SAYS_EN})\b"
)
_INTRO_EN = re.compile(rf"{_TITLE_EN}({_NAME_EN})(?=,| is | was | has | who | runs | founded | took | left | tells )")
_INTRO_ZH = re.compile(
    r"([\u4e00-\u9fff]{2,4})(?=[，,、](?:男|女|\d{4}年|[一二三四五六七八九十\d]{1,4}岁|[\u4e00-\u9fff]{2,20}(?:人|长|家|师|员|官|总监|创始|教授)))|(?:专访|对话|采访了|访)([\u4e00-\u9fff]{2,4})"
)
_NOT_NAMES = frozenset(
    {"The", "This", "That", "But", "And", "In", "On", "At", "For", "With", "When", "Locals", "Production"}
)


def speakers_told(text: str) -> list[Person]:
    """People whom a narrator lets speak, in the order of the text, the surname as an alias in English."""
    found = {**dict.fromkeys(_chinese(text)), **dict.fromkeys(_english(text))}
    return [Person(name, aliases=(name.split()[-1],) if name.isascii() else ()) for name in found]


def interviewee(intro: str) -> Person | None:
    """The one person that an introduction presents before unnamed questions and answers begin."""
    for match in _INTRO_ZH.finditer(intro):
        # An introduction presents somebody, so a surname before any word will do: 贺临川, though 临川 is a place.
        if name := _name_at_end(match[1], strict=False) if match[1] else _name_at_start(match[2]):
            return Person(name)
    for match in _INTRO_EN.finditer(intro):
        if match[1].split()[0] not in _NOT_NAMES:
            return Person(match[1], aliases=(match[1].split()[-1],))
    return None


def _chinese(text: str) -> Iterator[str]:
    for match in _SAID_ZH.finditer(text):
        if name := _name_at_end(match[1]):
            yield name


def _english(text: str) -> Iterator[str]:
    for match in _SAID_EN.finditer(text):
        words = (match[1] or match[2]).split()
        while words and words[0] in _NOT_NAMES:
            words = words[1:]
        if len(words) > 1:
            yield " ".join(words)


def _name_at_end(han: str, *, strict: bool = True) -> str | None:
    """A surname and one or two characters at the end that are no word of the dictionary: 总工程师阮青崖 → 阮青崖."""
    for length in (4, 3, 2):
        if len(han) >= length and _like_name(han[-length:], strict=strict):
            return han[-length:]
    return None


def _name_at_start(han: str) -> str | None:
    for length in (4, 3, 2):
        if len(han) >= length and _like_name(han[:length], strict=False):
            return han[:length]
    return None


def _like_name(han: str, *, strict: bool) -> bool:
    if han[:2] in _DOUBLE_SURNAMES:
        return 3 <= len(han) <= 4
    if han[0] not in _SURNAMES or len(han) > 3:
        return False
    word, tag = rjieba.tag(han)[0]
    if word == han and tag.startswith("nr"):
        return True
    if len(word) > 1 and not tag.startswith("nr"):
        return False
    # Elsewhere a surname before a word of the dictionary (金 + 价格) is the end of something longer.
    return not strict or (len(han) == 3 and not rjieba.has_word(han[1:]))
