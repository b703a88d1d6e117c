"""A question's figures to the blanks of the account: text in, blank names with texts that the form can read out.

A figure is taken only where a word in its own clause says what it is. The rest is handed back as unread, to be told to
the user: a figure that was silently dropped would make the account a lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.account_form import BLANKS
from rag.money import AMOUNT, IN_A_YEAR, NUMBER, PERIODS, folded_amount

_SAME_CLAUSE = r"(?:(?! and )[^,;()]){0,40}"
# The order decides where words overlap: 固定投资补贴 is aid before 投资 is capital expenditure.
_LABELS: dict[str, str] = {
    "aid": r"(?:固定)?投资补贴|建设补贴|一次性补贴|investment (?:aid|subsid\w+)|capital grants?|grants?\b",
    "vouchers": r"算力券|compute vouchers?|vouchers?\b",
    "short_price": r"短租|短期(?:租\w?|客户)|short[- ](?:term|lease)s?(?: lease)?s?|\bshort\b",
    "infrastructure": r"(?:基础设施|基建|土建)(?:投资|投入|建设)?|infrastructure|buildings?\b|construction",
    "hardware": r"硬件(?:设备)?(?:采买|采购|投资|投入)?|设备(?:采[买购]|成本|费用|投[资入]|花费?了?)|hardware|equipment",
    "software": r"软件(?:服务)?(?:和|及|与)?(?:云服务)?|云服务|software(?: and cloud(?: services?)?)?|cloud services?",
    "models": r"(?:大模型)?预装(?:大?模型)?|pre-?installed (?:large )?models?",
    "administration": r"(?:运维)?人员管理费?|行政(?:管理)?费?|administration|admin\b",
    "staff": r"人员成本|人工(?:成本|费)?|工资|薪酬|staff|wages|salaries|payroll",
    "repair": r"(?:机器|设备)?维修费?|repairs?\b|maintenance",
    "utilities": r"水电(?:管理)?费?|电费|power(?: and water)?|water and power|electricity|utilities",
    "operations": r"运维(?:费用?|成本)?|\boperations\b",
    "opex": r"\bopex\b|年?(?:运营|营运)(?:成本|费用?|开[销支]|支出)?|每?年(?:要|还?得|需要?)?(?:成本|开[销支]|支出|花费?)|operating (?:costs?|expen\w+|budget)|running costs?"
    r"|\b(?:to (?:run|operate)|running (?:it|them)|upkeep)\b|\b(?:yearly|annual) (?:costs?|expen\w+)",
    "capex": r"\bcapex\b|资本支出|(?:总|前期|一次性)?(?:投资|投入)(?:成本)?|建设(?:成本|费用?)?|造价|耗资|斥资|投了|花了|(?:建\w{0,8}|一共|总共)花费?"
    r"|capital (?:expenditures?|costs?)|up-?front|invest(?:ed|ing|ments?)?\b|(?:to|cost to) build|build(?:ing)? costs?"
    rf"|\bcost(?:s|ing)?\b(?!{_SAME_CLAUSE}\b(?:(?:an?|per|each|every) (?:year|month|hour|server|machine|node)|annually|yearly|apiece|each|to (?:run|operate))\b)",
    "price": r"每台|单台|一台|每个?服务器|单价|(?:长|月|年)租|租金|租价|价格|出租(?!率)|\beach\b|apiece|(?:per|a|an|every) (?:server|machine|node)"
    r"|\brent\w*|\bleas(?:es?|ed|ing)\b|\bprices?\b|long[- ](?:term|lease)s?",
}
_SHARES: dict[str, str] = {
    "short_share": r"短租|短期|short",
    "discount": r"折现|贴现|discount|cost of capital",
    "utilisation": r"使用率|利用率|上架率|出租率|负载|utili[sz]\w+|occupan\w+|\bload\b|\bfull\b",
}
_LABEL = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS.items()))
_SHARE_LABEL = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SHARES.items()))
_NO_SERVERS = r"(?:per|an?|each|every|yuan|rmb|cny|usd|dollars?)\b"  # 30 yuan per server are no 30 servers
_QUANTITY = re.compile(
    rf"(?P<range>{NUMBER}\s?(?:%|年)?\s?(?:-|~|到|至|to)\s?{NUMBER}\s?(?:%|percent|成|年|years?))"
    rf"|(?P<share>百分之{NUMBER}|{NUMBER}\s?(?:%|percent\b|per cent\b)|[一二三四五六七八九\d]成半?)"
    rf"|(?P<servers>{NUMBER})(?:\s?台|[\s-](?:(?!{_NO_SERVERS})\w+ ){{0,2}}(?:servers?|machines?|nodes?)\b)"
    rf"|(?P<years>\d+|[二两三四五六七八九十]+)(?:\s?年(?!前|代|底|初|多)|[\s-]years?\b)"
    rf"|(?P<money>{AMOUNT})"
)
_CLAUSE = re.compile(r"[,;。、!?:()\n]|\.(?!\d)|\b(?:and|with|plus)\b|另外|而且")
# Sums over the whole period are no yearly amounts.
_IN_ALL = re.compile(r"合计|总共|一共|总计|\bin (?:all|total)\b|\bover (?:the |all )?(?:\w+ )?years\b")


@dataclass(frozen=True, slots=True)
class Figures:
    """`given`: blank names to texts; `unread`: figures of the question that no blank was found for."""

    given: dict[str, str]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    text: str
    start: int
    end: int


def figures(question: str) -> Figures:
    """>>> figures("1000台服务器,每台每月2万元,投资5亿").given
    {'servers': '1000', 'price': '2万元/month', 'capex': '5亿'}
    """
    folded = re.sub(r"(?<=[万千])(?=一台)", " ", folded_amount(question))  # 两万一台 is no 21,000
    found = [*_quantities(folded)]
    given: dict[str, str] = {}
    unread: list[str] = []
    used: set[int] = set()
    for place, quantity in enumerate(found):
        before, after = _surroundings(folded, found, place)
        named = _named(folded, quantity, before, after, used)
        if named and named[0] in ("price", "short_price") and "/" not in named[1]:
            named = _inherited(*named, given)
        if named and named[0] not in given:
            given[named[0]] = named[1]
        else:
            unread.append(quantity.text)
    return Figures(given, tuple(unread))


def _quantities(folded: str) -> Iterator[_Found]:
    for match in _QUANTITY.finditer(folded):
        kind = match.lastgroup if match.lastgroup in ("range", "share", "servers", "years", "money") else "money"
        text = match[kind].strip()
        if kind == "money" and not _is_money(match, folded):
            continue  # a bare number may be anything
        if kind in ("servers", "years") and text in ("1", "一"):
            continue  # 一台 is "each", 1年 a period: words about another figure
        yield _Found(kind, text, match.start(), match.end())


def _is_money(match: re.Match[str], folded: str) -> bool:
    """By its currency, its scale, or digits with a period after them."""
    if match["before"] or match["after"] or re.search(r"[万亿]|\d\s?[kmb]", match["number"]):
        return True
    periodic = any(pattern.match(folded, match.end() + gap) for pattern in PERIODS.values() for gap in (0, 1))
    return periodic and match["number"].isdigit() and match["number"].isascii()


def _surroundings(folded: str, found: list[_Found], place: int) -> tuple[int, int]:
    """Where the words that may belong to a figure begin and end: its clause, up to the figures beside it."""
    quantity = found[place]
    begin = found[place - 1].end if place else 0
    end = found[place + 1].start if place + 1 < len(found) else len(folded)
    for mark in _CLAUSE.finditer(folded, begin, quantity.start):
        begin = mark.end()
    after = _CLAUSE.search(folded, quantity.end, end)
    return begin, after.start() if after else end


def _named(folded: str, quantity: _Found, begin: int, end: int, used: set[int]) -> tuple[str, str] | None:
    """The blank and its text. A word names one figure only: in "5亿 capex 3000万 opex" capex is taken by the first."""
    if quantity.kind in ("servers", "years"):
        return quantity.kind, quantity.text
    if quantity.kind == "range":
        return None
    labels = _SHARE_LABEL if quantity.kind == "share" else _LABEL
    near = [
        match
        for match in labels.finditer(folded, begin, end)
        if match.start() not in used and _outside(match, quantity)
    ]
    if not near:
        return None
    nearest = min(near, key=lambda match: _distance(match, quantity))
    name = str(nearest.lastgroup)
    text = quantity.text if quantity.kind == "share" else _with_period(name, quantity.text, folded[begin:end])
    if text is None:
        return None
    used.add(nearest.start())
    return name, text


def _outside(match: re.Match[str], quantity: _Found) -> bool:
    return match.end() <= quantity.start or match.start() >= quantity.end


def _distance(match: re.Match[str], quantity: _Found) -> int:
    return quantity.start - match.end() if match.end() <= quantity.start else match.start() - quantity.end


def _with_period(name: str, amount: str, clause: str) -> str | None:
    """The amount as the form reads it, without a period where a rent has none; None for the sum of all years."""
    kind = BLANKS[name].kind
    if kind == "once":
        return amount
    if _IN_ALL.search(clause):
        return None
    period = next((period for period in IN_A_YEAR if PERIODS[period].search(clause)), None)
    period = period or ("year" if kind == "yearly" else None)
    return f"{amount}/{period}" if period else amount


def _inherited(name: str, amount: str, given: dict[str, str]) -> tuple[str, str] | None:
    """The second of two rents may leave the period to the first; a rent without any is not usable."""
    other = next((given[rent] for rent in ("price", "short_price") if rent in given), "")
    _, slash, period = other.partition("/")
    return (name, f"{amount}/{period}") if slash else None
