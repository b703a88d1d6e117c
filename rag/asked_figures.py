"""A question's figures to the blanks of the account: text in, blank names with texts that the form can read out.

A figure is taken only where a word in its own clause says what it is, or where another reader (a model) points at it. The
rest is handed back as unread, to be told to the user: a figure that was silently dropped would make the account a lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rag.account_form import BLANKS
from rag.errors import UsageError
from rag.money import AMOUNT, IN_A_YEAR, NUMBER, PERIODS, folded_amount, fraction_of, money_of, number_of

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
_LARGE = 100  # a number without a unit from which it may be of servers or money
_DIGIT = re.compile(r"[\d一二两三四五六七八九]")  # 几亿 is a question
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


def figures(question: str, *, pointed: Mapping[str, str] | None = None) -> Figures:
    """`pointed`: blank names to texts of another reader. It only names figures that stand here and that no word of theirs
    names, before another that is named the same; a figure that doesn't stand here is nothing, and unit and period stay
    those of the question.

    >>> figures("1000台服务器,每台每月2万元,投资5亿").given
    {'servers': '1000', 'price': '2万元/month', 'capex': '5亿'}
    >>> figures("砸了5亿", pointed={"capex": "500,000,000", "opex": "3000万"}).given
    {'capex': '5亿'}
    """
    folded = _folded(question)
    found = [*_quantities(folded)]
    given: dict[str, tuple[_Found, str]] = {}
    unread: list[_Found] = []
    used: set[int] = set()
    for place, quantity in enumerate(found):
        before, after = _surroundings(folded, found, place)
        named = _named(folded, quantity, before, after, used)
        if named and named[0] in ("price", "short_price") and "/" not in named[1]:
            named = _inherited(*named, given)
        if named and named[0] not in given:
            given[named[0]] = quantity, named[1]
        else:
            unread.append(quantity)
    if pointed:
        given, unread = _pointed(folded, found, given, unread, pointed)
    texts = {name: text for name, (_, text) in given.items()}
    return Figures(texts, tuple(quantity.text for quantity in unread))


def points_at(text: str, figure: str) -> bool:
    """Whether a number of `text` is that of `figure`, in whatever spelling; a share is no amount."""
    return bool(_values(text) & _values(figure))


def has_figures(question: str) -> bool:
    """Whether it brings an amount, a share, servers or a large number; years and dates are none, for any question may name them."""
    folded = _folded(question)
    if any(found.kind != "years" and _DIGIT.search(found.text) for found in _quantities(folded)):
        return True
    bare = {value for found in _bare(folded) for _, value in _values(found.text)}
    return any(value >= _LARGE and not (1990 < value < 2100 and value % 100) for value in bare)


def _folded(question: str) -> str:
    return re.sub(r"(?<=[万千])(?=一台)", " ", folded_amount(question))  # 两万一台 is no 21,000


def _pointed(
    folded: str,
    found: list[_Found],
    given: Mapping[str, tuple[_Found, str]],
    unread: list[_Found],
    pointed: Mapping[str, str],
) -> tuple[dict[str, tuple[_Found, str]], list[_Found]]:
    """The figures that were named from outside added to the given; and those that are still unread."""
    named, left = dict(given), []
    open_ = {name: text for name, text in pointed.items() if name in BLANKS}
    for name, (quantity, _) in given.items():
        if points_at(open_.get(name, ""), quantity.text):
            del open_[name]
    everywhere = sorted([*found, *_bare(folded)], key=lambda quantity: quantity.start)
    for place, quantity in enumerate(everywhere):
        if quantity in found and quantity not in unread:
            continue
        clause = slice(*_surroundings(folded, everywhere, place))
        for name in [name for name, text in open_.items() if points_at(text, quantity.text)]:
            told = _as(name, quantity, folded[clause])
            if told and "/" not in told and name in ("price", "short_price"):
                _, told = _inherited(name, told, named) or (name, None)
            if told:
                left += [named[name][0]] if name in named else []
                named[name] = quantity, told
                del open_[name]
                break
        else:
            left += [quantity] if quantity in found else []
    return named, left


def _as(name: str, quantity: _Found, clause: str) -> str | None:
    """The figure's own text as this blank reads it; None where it is no such figure."""
    kind = BLANKS[name].kind
    if kind in ("share", "shares"):
        return quantity.text if quantity.kind == "share" else None
    if kind in ("count", "years"):
        return quantity.text if quantity.kind == "bare" else None
    return _with_period(name, quantity.text, clause) if quantity.kind in ("money", "bare") else None


def _values(text: str) -> set[tuple[bool, Decimal]]:
    """(whether it is a share, how much) of each figure; of one that can't be read none."""
    folded, values = _folded(text), set()
    for match in _QUANTITY.finditer(folded):
        try:
            if match["share"]:
                values.add((True, fraction_of(match["share"])))
            elif not match["range"]:
                number = match["servers"] or match["years"]
                values.add((False, number_of(number) if number else money_of(match["money"]).amount))
        except UsageError:
            continue
    return values


def _bare(folded: str) -> Iterator[_Found]:
    """Numbers without any unit, which may be anything; a single Han digit is mostly a word."""
    for match in _QUANTITY.finditer(folded):
        text = (match["money"] or "").strip()
        if text and not _is_money(match, folded) and (len(text) > 1 or text.isascii()):
            yield _Found("bare", text, match.start(), match.end())


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


def _inherited(name: str, amount: str, given: Mapping[str, tuple[_Found, str]]) -> tuple[str, str] | None:
    """The second of two rents may leave the period to the first; a rent without any is not usable."""
    other = next((given[rent][1] for rent in ("price", "short_price") if rent in given), "")
    _, slash, period = other.partition("/")
    return (name, f"{amount}/{period}") if slash else None
