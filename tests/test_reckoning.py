"""Which questions reach the account, with which figures; and that all others don't."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from rag.asked_figures import figures
from rag.grounds import Seeds
from rag.reckoned import answer
from rag.reckoning import reckon, tool_call

CHINESE = [
    "一个1000台服务器的智算中心,每台每月租金2万元,投资5亿元,每年运营成本3000万元,使用率要到多少才能保本?",
    "服务器1000台,月租金每台两万,建设成本五亿,每年运营成本三千万,什么使用率能打平?",
    "按张亚林的算法,1000台服务器、每台每月2万、投资5亿、每年运营3000万,使用率多少能保本?",
    "我想建智算中心,capex 5亿,opex 3000万/年,服务器1000台,单台租金每月2万元,盈亏平衡的利用率是多少",
    "智算中心总投资5亿元、一年运营费3000万元,1000台服务器每台租2万元/月,上架率到多少收支平衡?",
]
ENGLISH = [
    "how much utilisation does a centre of 1,000 servers at 20,000 yuan a month each, 5 亿 capex, 3000万 a year opex need to break even?",
    "What utilization would let a data center with 1000 servers rented at 20k yuan per month each break even if capex is 500 million yuan and running costs are 30 million yuan a year?",
    "We invest CNY 500 million in a 1,000-server centre, it takes CNY 30 million a year to run, each server earns rent of CNY 20,000 a month. At what occupancy do we break even?",
    "Break-even utilisation for 1000 servers, capital expenditure RMB 500 million, operating costs RMB 30 million annually, rent RMB 20,000 per server per month?",
    "Our AIDC: 500 million yuan to build, 30 million yuan a year in operating expenses, 1000 servers, 20,000 yuan per server a month. What load breaks even?",
]  # fmt: skip


@pytest.mark.parametrize("question", [*CHINESE, *ENGLISH])
def test_five_phrasings_in_each_language_reach_the_same_account(question, library):
    reckoning = reckon(question)
    assert reckoning is not None
    assert (reckoning.target, reckoning.unread, reckoning.error) == ("break_even_utilisation", (), None)
    told = answer(reckoning, library, library.people)
    assert "54.17%" in told.answer
    assert {statement.verdict for statement in told.statements} == {"supported"}
    assert {n for statement in told.statements for n in statement.citations} == {c.n for c in told.citations}


@pytest.mark.parametrize("question", [*CHINESE, *ENGLISH])
def test_in_the_chat_they_get_the_account(question, engine):
    told = engine.query(question)
    assert "54.17%" in told.answer
    assert told.question == question


@pytest.mark.parametrize(
    "question", ["张亚林怎么看智算中心的投入和回报?", "How does an AIDC make money according to Zhang Yalin?"]
)
def test_in_the_chat_a_question_about_views_gets_views(question, engine):
    told = engine.query(question)
    assert not told.refused
    assert "张亚林" in {statement.speaker for statement in told.statements}
    assert "按您给的数字" not in told.answer
    assert "Reckoned from" not in told.answer


def test_in_the_chat_a_reply_completes_the_account(engine):
    first = "1000台服务器,每台每月租金2万元,使用率多少能保本?"
    assert "还缺" in engine.query(first).answer
    assert "54.17%" in engine.query("投资5亿元,每年运营成本3000万元", history=[first]).answer


def test_no_question_about_what_the_founders_said_is_reckoned():
    lines = (ROOT / "evals" / "founders" / "tuning.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    assert [line["question"] for line in asked if reckon(line["question"], line["history"])] == []


@pytest.mark.parametrize(
    "question",
    [
        "张亚林说1000台服务器、每月2万的智算中心能保本吗?",
        "张亚林怎么看智算中心的投入和回报?",
        "宜昌点军智算中心投资5亿元,能回本吗?",
        "燧原投资5亿元、1000台服务器的智算中心去年赚了多少?",
        "What does Zhang Yalin think a centre of 1,000 servers with 5亿 capex needs to break even?",
        "Why does utilisation of 70%-80% let a data centre make a profit over 5 years?",
        "1000台服务器每台每月2万元",
    ],
)
def test_a_view_a_fact_or_a_bare_figure_is_no_account(question):
    assert reckon(question) is None


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("投资5亿、年运营费3000万、1000台服务器、每台月租2万,使用率75%,多久能回本?", "payback"),
        ("500 servers at $2,000 a month each, capex $40m, opex $2m a year: what profit at 80% utilisation?", "result"),
        ("1000台服务器,投资5亿元,每年运营3000万元,使用率75%,每台月租金定多少才能保本?", "break_even_price"),
        ("NPV at a discount rate of 8% for 1000 servers, each 20k yuan a month, capex 500 million, opex 30 million a year?", "npv"),
    ],
)  # fmt: skip
def test_other_results_can_be_asked_for(question, target):
    reckoning = reckon(question)
    assert reckoning is not None
    assert (reckoning.target, reckoning.form.missing) == (target, ())


def test_the_break_even_rent_needs_no_rent():
    asked = "1000台服务器的智算中心,投资5亿元,每年运营3000万元,使用率75%,每台月租金定多少才能保本?"
    told = answer(reckon(asked), Seeds(), _people()).answer
    assert "1.4444万元" in told
    assert "租赁收入" not in told


def test_missing_figures_are_asked_for_and_a_reply_completes_the_account():
    first = "1000台服务器、投资5亿元的智算中心多久能回本?"
    assert reckon(first).form.missing == ("price", "opex")
    told = answer(reckon(first), Seeds(), _people()).answer
    assert "还缺" in told
    assert "每年运营成本" in told
    second = "每台每月2万元,一年运营3000万元"
    assert reckon(second, [first]).form.missing == ()
    third = reckon("那使用率只有60%呢?", [first, second])
    assert third.form.given["utilisation"] == "60%"
    assert reckon("张亚林怎么看60%的使用率?", [first, second]) is None


def test_a_figure_that_has_no_place_is_told_and_not_dropped():
    reckoning = reckon("1000台服务器的智算中心,投资5亿元,每台每月2万元,每年运营3000万元,税1亿元,能赚多少?")
    assert reckoning.unread == ("1亿元",)
    assert "1亿元" in answer(reckoning, Seeds(), _people()).answer.split("没有用上")[1]


def test_what_is_supposed_is_listed():
    told = answer(reckon(CHINESE[1]), Seeds(), _people()).answer
    assert all(words in told for words in ("按人民币元", "5年", "70%和80%", "没有计入算力券"))


def test_contradicting_figures_are_told_and_not_reckoned():
    asked = "1000台服务器,每台每月2万美元,投资5亿元,每年运营3000万元,保本使用率多少?"
    assert "mixed currencies" in reckon(asked).error
    assert "mixed currencies" in answer(reckon(asked), Seeds(), _people()).answer


def test_figures_follow_the_words_beside_them():
    given = figures("硬件4亿,基建8000万,软件和云服务1500万,大模型预装500万,长租每台每月1.8万,短租2.5万,短租占30%").given
    assert given == {
        "hardware": "4亿", "infrastructure": "8000万", "software": "1500万", "models": "500万",
        "price": "1.8万/month", "short_price": "2.5万/month", "short_share": "30%",
    }  # fmt: skip


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*"0123456789亿万元台年月%,每租投资 $k"]), max_size=60).map("".join)
)
def test_any_text_is_read_without_failing(text):
    reckon(f"1000台服务器,投资5亿,保本使用率 {text}")


def test_a_models_call_gets_the_account_what_is_missing_or_the_error(library):
    plain = {"servers": 1000, "price": "2万元/月", "capex": "5亿元", "opex": "3000万元", "utilisation": "75%"}
    assert tool_call(plain, library, "en")["accounts"][0]["spread"] == 250_000_000
    assert [row["name"] for row in tool_call({"servers": 1000}, library, "en")["missing"]] == ["price", "capex", "opex"]
    assert "not an amount" in tool_call({**plain, "capex": "lots"}, library, "en")["error"]


def _people():
    from rag.corpus import Corpus

    return Corpus.seeds().people
