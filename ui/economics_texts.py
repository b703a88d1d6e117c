"""The words of the economics tab, in Chinese and English; `ui/texts.py` holds those of the rest of the page."""

from __future__ import annotations

from rag.account_form import BLANKS
from rag.types import Language

_TEXTS: dict[str, tuple[str, str]] = {
    # labels: they follow the browser's language
    "economics": ("算账", "Economics"),
    "account": ("智算中心的账", "AIDC account"),
    "ladder": ("成本阶梯", "Cost ladder"),
    "middle": ("M×N 中间层", "M×N layer"),
    "example": ("填入一组虚构的数字", "Fill in invented figures"),
    "clear": ("清空", "Clear"),
    "by_parts": ("按分项填写(代替合计)", "By parts, instead of the sums"),
    "more": ("长短租、补贴、折现", "Leases, subsidies, discounting"),
    "utilisation_percent": ("使用率(%)", "Utilisation (%)"),
    "years": ("运营周期(年)", "Operating period (years)"),
    "fallen": ("已经下降的量级(10的几次方)", "Fallen so far (powers of ten)"),
    "pace": ("今后每年下降的量级", "Powers of ten a year from now on"),
    "year": ("从哪一年算起", "Counted from the year"),
    "goal": ("目标(4 就是1万倍)", "Goal (4 is 10,000 times)"),
    "measure_question": ("问一个问题,量一量 Sayso 回答的成本", "Ask something to measure what Sayso's answer costs"),
    "measure": ("测量", "Measure"),
    "models": ("M:模型数", "M: models"),
    "chips": ("N:芯片数", "N: chips"),
    "each": ("每次适配的成本", "Cost of one adapter"),
    "layer": ("中间层本身的成本", "Cost of the middle layer"),
    # results: they follow the language of the reader's request
    "account_intro": (
        "张亚林在2024年的访谈里说明了这笔账由什么组成,但没有给出金额。下面的金额都由您填写,要写明单位,例如 5亿元、2万元/月。",
        "In his 2024 interview Zhang Yalin says what the account is made of and gives no amounts. All amounts are yours; write "
        "them with their units, such as 5亿元, CNY 500 million or 20000元/月.",
    ),
    "ladder_intro": (
        "戴国浩在不同时候说过的量级。他没有说目标和已经下降的部分是否从同一起点算起,推算里的数字都由您选。",
        "Orders of magnitude as Dai Guohao stated them at different times. He doesn't say whether the goal counts from the "
        "same start as what has fallen; the projection's figures are yours.",
    ),
    "middle_intro": (
        "M种模型逐一适配N种芯片要做M×N次;经过中间层,通常算作M+N次。M+N和成本不出自访谈。",
        "M models adapted one by one to N chips take M×N adapters; through a middle layer the usual count is M+N. M+N and the "
        "costs are not from the interview.",
    ),
    "reached": ("按这个速度,{year}年到达{goal}倍。", "At this pace {goal} times is reached in {year}."),
    "own_none": (
        "Sayso:离线回答不用模型,没有模型费用。",
        "Sayso: an offline answer uses no model and costs no tokens.",
    ),
    "own_unknown": ("Sayso:这个模型的价格未知。", "Sayso: the price of this model is not known."),
    "own": (
        "Sayso 这次回答花费 {cost} 美元,比基准低 {orders} 个量级。",
        "Sayso's answer cost {cost} USD, {orders} powers of ten below the baseline.",
    ),
    "baseline": (
        "基准:把全部内置文章放进 GPT-4-32k 的提示,按2023年3月的发布价,一次回答 {cost} 美元(不出自访谈)。",
        "Baseline: all built-in articles in GPT-4-32k's prompt at its launch price of March 2023, {cost} USD an answer "
        "(not from the interviews).",
    ),
    "own_matrix": (
        "Sayso 自己的表里有 {models} 个模型、{servers} 个服务,都经过同一个适配(OpenAI 协议)。",
        "Sayso's own table has {models} models and {servers} servers, all behind one adapter (OpenAI's protocol).",
    ),
    "adapters": ("适配次数", "adapters"),
    "one_by_one": ("逐一适配 M×N", "one by one, M×N"),
    "through_layer": ("经中间层 M+N", "through a layer, M+N"),
    "saved": ("少做的次数", "adapters saved"),
    "cost": ("成本", "cost"),
    "sources": ("出处", "Sources"),
    "failed": ("算不了:{reason}", "Can't be reckoned: {reason}"),
    # plots
    "result_axis": ("盈亏", "result"),
    "cumulated": ("累计现金流", "cumulated cash flow"),
    "cash_flow": ("当年现金流", "cash flow of the year"),
    "break_even": ("保本", "break-even"),
    "chosen": ("所选", "chosen"),
    "his_range": ("保守", "conservative"),
    "his_upside": ("上行", "upside"),
    "kind_fallen": ("已下降", "fallen"),
    "kind_ahead": ("还有空间", "still ahead"),
    "kind_goal": ("目标", "goal"),
    "orders_axis": ("下降的量级(10的几次方)", "powers of ten fallen"),
    "projection": ("您的推算", "your projection"),
    "goal_line": ("目标1万倍", "goal: 10,000 times"),
    "own_bar": ("Sayso 相对基准", "Sayso against its baseline"),
    "no_year": ("未注年份", "no year"),
}


def words(language: Language, key: str, **values: object) -> str:
    """`words("en", "saved")` gives `'adapters saved'`."""
    chinese, english = _TEXTS[key]
    return (chinese if language == "zh" else english).format(**values)


def economics_translations() -> dict[str, dict[str, str]]:
    """Locale to key to words, to be joined with those of the page for `gr.I18n`; every key begins with `economics_`."""
    pairs = _TEXTS | {f"blank_{blank.name}": (blank.zh, blank.en) for blank in BLANKS.values()}
    chinese = {f"economics_{key}": pair[0] for key, pair in pairs.items()}
    english = {f"economics_{key}": pair[1] for key, pair in pairs.items()}
    return {"en": english, "zh": chinese, "zh-CN": chinese, "zh-TW": chinese}
