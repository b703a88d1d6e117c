"""Many ways to ask how full a centre has to be, each with the share worked out by hand; and questions that want no account."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

from rag.economics import break_even_utilisation
from rag.money import cents
from rag.reckoning import reckon

# Percent: (capex + opex × years) / (servers × a year's rent × years).
ASKED = {
    "准备上一个智算中心,800台机器,月租每台1.5万,一次性投入3.2亿,运营一年两千万,出租率达到多少才不亏钱?": "58.33",
    "帮我算笔账:AIDC 有 2000 台服务器,单价 1.8 万元/台/月,CAPEX 8 亿元,OPEX 5000 万元/年,盈亏平衡点的使用率是多少?": "48.61",
    "如果建机房花了4亿,每年开销2500万,500台GPU服务器按每台每月3万出租,多少负载可以收支相抵?": "58.33",
    "我們打算投資五億元建智算中心,放一千臺服務器,每臺月租兩萬元,一年營運費用三千萬元,利用率要到幾成才能打平?": "54.17",
    "智算中心1500台服务器,月租1.2万一台,前期投了6亿,每年要花3500万维持,多大的使用率才够本?": "71.76",
    "假设投资10亿建算力中心,3000台服务器,每台年租金20万元,每年运营支出8000万元,运营期6年,求盈亏平衡使用率": "41.11",
    "平衡点在哪里?服务器1000台,租金20元/小时,资本支出5亿元,运营支出3000万元/年": "74.20",
    "某AIDC建设投资3亿,年运营成本2000万,服务器600台,单台月租2.2万,使用率需要达到百分之几才不会亏本?": "50.51",
    "每台每月租两万一,1000台,投资5亿,每年运营3000万,保本使用率?": "51.59",
    "Suppose I build an AI data centre with 1200 servers. Capex is RMB 600m, opex RMB 40m a year, and each server rents for RMB 18,000 a month. What utilisation do I need so that I don't lose money?": "61.73",
    "We've got 300 GPU servers, $3,000 per server per month, $25 million upfront and $1.5 million a year to operate. What's the break-even utilization?": "60.19",
    "At which utilisation rate would an AIDC with capex of 5亿元, opex 3000万元 per year and 1000 servers leased at 2万元 per month become profitable?": "54.17",
    "How full must my data center be to break even: 2,000 servers, ¥15,000/month each, ¥700 million investment, ¥45 million yearly operating cost?": "51.39",
    "Calculate the breakeven occupancy rate: 1,000 machines, monthly rent 20,000 CNY per machine, total investment 500 million CNY, annual opex 30 million CNY.": "54.17",
    "At 800 servers, RMB 16,000 monthly rent per server, RMB 350 million capital cost and RMB 22 million annual running costs, how high must utilisation be before we stop losing money?": "59.90",
    "I'm planning a compute centre: total capital expenditure 80 million USD, yearly operating expenses 5 million USD, 1,000 servers leased for 2,500 USD a month. What share of the time do the servers have to be rented out to cover costs?": "70.00",
    "Could you work out the utilisation needed to break even for a 400-server data centre costing $30m to build, $2m a year to run, with servers renting at $4,000 per month?": "41.67",
    "If our cluster of 250 nodes cost 200 million yuan and needs 12 million yuan a year in operating expenses, and we rent each node at 30,000 yuan per month, what occupancy keeps us from a loss?": "57.78",
    "1000 servers cost 500 million yuan, it costs 30.5 million yuan a year to run, rent 20k yuan per server a month: break-even utilisation?": "54.38",
}


@pytest.mark.parametrize(("question", "percent"), ASKED.items())
def test_every_figure_finds_its_place(question, percent):
    reckoning = reckon(question)
    assert reckoning is not None
    assert (reckoning.target, reckoning.unread, reckoning.error) == ("break_even_utilisation", (), None)
    assert str(cents(break_even_utilisation(reckoning.form.centre) * 100)) == percent


def test_a_rent_in_front_of_the_word_for_one_server_is_not_part_of_the_number():
    asked = "服务器1000台,长租两万一台一个月,短租三万一台一个月,短租占三成,投资5亿,每年运营3000万,保本使用率多少?"
    given = reckon(asked).form.given
    assert (given["price"], given["short_price"]) == ("两万/month", "三万/month")


@pytest.mark.parametrize(
    "question",
    ["How much utilisation does a centre of 1,000 servers need to break even?", "1000台服务器的智算中心,使用率要多少才能保本?"],
)  # fmt: skip
def test_a_centre_of_so_many_servers_is_enough_to_ask_for_the_rest(question):
    assert reckon(question).form.missing == ("price", "capex", "opex")


@pytest.mark.parametrize(
    "question",
    [
        "智算中心使用率多少才能盈利?",
        "How much utilisation does an AI data centre need to break even?",
        "张亚林说1000台服务器的智算中心使用率多少能保本?",
        "What does Zhang Yalin say about 1,000 servers breaking even?",
    ],
)
def test_without_a_centre_of_ones_own_it_is_a_question_about_views(question):
    assert reckon(question) is None


def test_no_question_that_a_claim_answers_or_the_corpus_leaves_open_is_reckoned():
    files = [*(ROOT / "seeds" / "propositions").glob("*.jsonl"), ROOT / "seeds" / "gaps.jsonl"]
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    asks = {ask for line in lines for asks in line.get("asks", {}).values() for ask in asks}
    assert len(asks) > 10_000
    assert [ask for ask in asks if reckon(ask)] == []
