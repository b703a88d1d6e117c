"""What the account says in both languages: its results, formulas, assumptions, and the interview's claims behind them."""

from __future__ import annotations

from typing import NamedTuple

from rag.account_form import Assumption
from rag.economics import Zone
from rag.types import Language

Pair = tuple[str, str]


class Formula(NamedTuple):
    """`grounds`: the sentences that it puts into symbols; none where it is the usual definition and not the founder's."""

    zh: str
    en: str
    grounds: tuple[str, ...] = ()


RESULTS: dict[str, Pair] = {
    "investment": ("资本支出", "capital expenditure"),
    "yearly_opex": ("每年运营成本", "operating expenses a year"),
    "cost": ("投入成本合计", "total cost"),
    "subsidies": ("补贴合计", "subsidies in total"),
    "mean_price": ("平均每台每月租金", "mean rent of a server a month"),
    "break_even_utilisation": ("保本使用率", "break-even utilisation"),
    "break_even_price": ("保本租金(每台每月)", "break-even rent of a server a month"),
    "utilisation": ("使用率", "utilisation"),
    "income": ("租赁收入", "rental income"),
    "spread": ("价差", "spread"),
    "result": ("盈亏(含补贴)", "result with subsidies"),
    "return_on_cost": ("回报率(盈亏÷投入成本)", "return (result ÷ cost)"),
    "payback": ("回本年数", "payback in years"),
    "npv": ("净现值", "net present value"),
    "irr": ("内部收益率(每年)", "internal rate of return a year"),
    "cash_flow": ("逐年现金流", "cash flow by year"),
}
FORMULAS: dict[str, Formula] = {
    "cost": Formula(
        "投入成本 = 资本支出 + 每年运营成本 × 年数",
        "cost = capital expenditure + yearly operating expenses × years",
        ("capex", "opex"),
    ),
    "income": Formula(
        "租赁收入 = 服务器台数 × 使用率 × 每台年租金 × 年数",
        "income = servers × utilisation × a server's yearly rent × years",
        ("income", "average"),
    ),
    "mean_price": Formula(
        "平均租金 = 长租价 × (1 − 短租比例) + 短租价 × 短租比例",
        "mean rent = long price × (1 − short share) + short price × short share",
        ("leases",),
    ),
    "spread": Formula("价差 = 租赁收入 − 投入成本", "spread = income − cost", ("spread",)),
    "result": Formula("盈亏 = 价差 + 补贴", "result = spread + subsidies", ("subsidies",)),
    "break_even_utilisation": Formula(
        "保本使用率 = (投入成本 − 补贴) ÷ (服务器台数 × 每台年租金 × 年数)",
        "break-even utilisation = (cost − subsidies) ÷ (servers × a server's yearly rent × years)",
        ("spread", "income"),
    ),
    "break_even_price": Formula(
        "保本租金 = (投入成本 − 补贴) ÷ (服务器台数 × 使用率 × 年数)",
        "break-even rent = (cost − subsidies) ÷ (servers × utilisation × years)",
        ("spread", "income"),
    ),
    "return_on_cost": Formula("回报率 = 盈亏 ÷ 投入成本", "return = result ÷ cost"),
    "payback": Formula("回本:累计现金流第一次不为负", "payback: when the cumulated cash flow is first not negative"),
    "npv": Formula(
        "净现值 = Σ 第t年现金流 ÷ (1 + 折现率)^t", "net present value = Σ cash flow of year t ÷ (1 + rate)^t"
    ),
}
ASSUMPTIONS: dict[Assumption, Pair] = {
    "currency": (
        "没有写明货币的金额按与其他金额相同的货币理解;都没有写时按人民币元。",
        "Amounts that name no currency are read in that of the others; where none names one, in yuan.",
    ),
    "years": (
        "没有给出运营周期,按张亚林举例的5年计算。",
        "No period was given: 5 years, as Zhang Yalin counts.",
    ),
    "utilisation": (
        "没有给出使用率,按张亚林的保守区间两端70%和80%各算一次。",
        "No utilisation was given: both ends of Zhang Yalin's conservative range, 70% and 80%.",
    ),
    "one_price": (
        "所有租约按同一个价格计算。",
        "All leases at one price.",
    ),
    "no_subsidies": (
        "没有计入算力券和投资补贴:访谈提到补贴,没有说金额。",
        "No vouchers or investment aid counted: the interview names them without an amount.",
    ),
    "vouchers": (
        "算力券按每年等额发放、与使用率无关计算;访谈没有说明。",
        "Vouchers come in equal yearly amounts whatever the utilisation; the interview doesn't say.",
    ),
    "hours": ("一年按8760小时计算。", "A year has 8,760 hours."),
}
# Always true of the account, said with it.
DEFINED: Pair = (
    "回报率、回本、净现值和内部收益率是通行的定义,不出自访谈;每年的现金流记在年末。",
    "Return, payback, net present value and internal rate of return are the usual definitions, not the interview's; "
    "a year's cash flow counts at its end.",
)
# Claims about the interview. Each passes the check against its sentence (tests/test_grounds.py).
CLAIMS: dict[str, Pair] = {
    "capex": (
        "张亚林把运营方的一次性投入即资本支出列为:基建、硬件设备采买、软件服务和云服务、大模型预装。",
        "Zhang Yalin counts as the operator's one-off capital expenditure: infrastructure, purchase of hardware, software "
        "and cloud services, and preinstalled large models.",
    ),
    "opex": (
        "运营成本支出如果以5年计算,每一年包括运维费用、机器维修费、水电管理费、运维人员管理费、人员成本等,乘以五年成为投入成本。",
        "Operating expenses, counted over 5 years, are each year operations, machine repair, water and power, administration "
        "of the operating staff, and staff; times five years they become the cost.",
    ),
    "income": (
        "算力租赁的使用率通常为70%-80%,加上每台服务器的大概金额,可以算出5年租赁带来的回报。",
        "Utilisation is usually 70%-80%; with a rough amount for each server it gives the return of 5 years of rental.",
    ),
    "spread": (
        "价差为正,运营方就能赚到钱;价差为负,运营方就亏本。",
        "If the spread is positive the operator earns money; if it is negative the operator loses.",
    ),
    "subsidies": (
        "另外还有政策补贴,比如算力券、固定投资补贴等。",
        "There are policy subsidies too, such as compute vouchers and fixed-investment aid.",
    ),
    "leases": (
        "愿意承租3~5年的长期客户价格会中和一些,短期客户的价格相对高。",
        "Customers who rent for 3~5 years pay a moderate price; short-term customers pay a relatively high one.",
    ),
    "average": (
        "智算中心的测算用的是平均使用率。",
        "The calculation of an AI data centre uses an average utilisation.",
    ),
    "conservative": (
        "通常保守估计,用70%-80%左右衡量平均使用率。",
        "A conservative estimate usually takes about 70%-80% as the average utilisation.",
    ),
    "upside": (
        "使用率能达到80%以上,甚至超过90%的话,利润空间会上升。",
        "If utilisation reaches more than 80%, even more than 90%, the room for profit rises.",
    ),
    "below": (
        "使用率不饱和、空置会导致算力利润偏低。",
        "Unsaturated utilisation and vacancy lead to low profit on compute.",
    ),
    "peak": (
        "不能用100%的峰值去测算平均使用率。",
        "The average utilisation can't be reckoned with the peak of 100%.",
    ),
}
ZONES: dict[Zone, Pair] = {
    "below": ("低于保守区间", "below his range"),
    "conservative": ("保守区间70%–80%", "conservative, 70%–80%"),
    "upside": ("80%以上", "upside, above 80%"),
    "high": ("超过90%", "upside, above 90%"),
}
ZONE_GROUNDS: dict[Zone, str] = {"below": "below", "conservative": "conservative", "upside": "upside", "high": "upside"}
HEADINGS: dict[str, Pair] = {
    "missing": ("还缺这些输入:", "Still needed:"),
    "example": ("例如", "for example"),
    "assumed": ("假设:", "Assumed:"),
    "formulas": ("公式:", "Formulas:"),
    "sensitivity": ("使用率不同时:", "At other utilisations:"),
    "usual": ("通行定义", "usual definition"),
    "never": ("周期内不回本", "not within the period"),
    "none": ("无", "none"),
    "unreachable": ("(超过100%,达不到)", " (above 100%: out of reach)"),
    "peak": ("注意:他说不能用100%的峰值测算。", "Mind: he says that the 100% peak must not be reckoned with."),
    "year": ("第{n}年", "year {n}"),
    "unread": ("没有用上的数字:", "Figures that were not used:"),
    "basis": ("依据:", "What it rests on:"),
    "absent": (
        "公式的出处(张亚林访谈)不在这个索引里。",
        "The interview that the formulas come from (Zhang Yalin) is not in this index.",
    ),
}


def said(pair: Pair, language: Language) -> str:
    """The half of a pair that a language wants."""
    return pair[0] if language == "zh" else pair[1]
