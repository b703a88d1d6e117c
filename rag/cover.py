"""Whether what is cited speaks of what a claim speaks of: names, things and words in, the reason against it out.

Within Chinese the words themselves are compared; across languages the concepts of the glossary, Latin names, and names
whose pinyin stands in the claim (Yao Shunyu for 姚顺雨).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import rjieba

from rag.folding import HAN, fold, language_of, stem
from rag.glossary import glossary
from rag.names import sound
from rag.people import People
from rag.speech import SAYS_ZH
from rag.stopwords import STOP_HAN, STOP_LATIN
from rag.types import Organisation

# Concepts that a faithful paraphrase adds or renders freely: how things are told, judged, counted and set in time.
_FREE = frozenset(
    """
    say think answer ask explain define introduce call quote_words meaning significance metaphor name know_understand
    discover_find compare show_exhibit recall_memory imagine praise criticise advice want willing media_article interview story
    book host_person journalist question main important good_best bad_worst big small high low fast slow new difficult easy
    difference similar reason result method way process_course stage_phase situation condition factor type_kind
    quantity_number level direction role_function positioning focus effect effort help support use bring get_obtain provide
    participate combine choose change begin finish continue achieve solve face_encounter try_attempt depend judge insist
    encourage attract lead_team lead_ahead relocate worked_at joined work found_establish build_construct develop_rnd
    development_progress operate operator manage serve deploy land_implement industrialise commercialise business_value
    commerce business company startup organisation_body team leader_person entrepreneur founder researcher developer human_being
    young_people experience_skill skill_ability life_experience academia teach learn knowledge idea think_reason_mode awareness
    perspective principle basis standard trend future past now era year month week day_date hour_minute second_time quarter
    year_end decade_century time_when last_year this_year next_year ten_thousand hundred_million million billion thousand
    percent times_fold half first_ever rank spend_time place_location local_place city global domestic overseas productivity
    generalisation usability completeness generation approach_near route_path strategy task goal dream_vision problem product
    technology science application use_case scenario field industry machine_device system tool function_feature module value
    quality market price cost cheap expensive money funding invest input_resources input_info information computation
    calculate_business rise fall broaden_income lag_behind unique clear diverse rich_abundant effective necessary possibility
    opportunity guarantee predict plan research innovate breakthrough interesting middle_position intensive_tech adapt slogan
    audience contribution open_source cross_discipline education_degree nationality age contact_info three_questions original
    student life_daily ipo price_spread society
    """.split()
)
# And what a translation renders freely on top: verbs, qualities, and nouns that have many names.
_FREE_EN = frozenset(
    """
    acquisition exit_investment buy sell pay recoup deliver supply demand contract_order shortage restrict accelerate optimise
    scheduling scale_up scale_size iterate sustainable stop_stagnate double promote influence empower cooperate synergy compete
    replace polish publish_release test share_distribute communicate calculate worry regret feel_mood trust confidence doubt
    accept believe compatible parallel sparse distributed general_purpose embedded programmable heterogeneous fine_grained
    underlying traditional proactive high_end mature convenient correct flexible average conservative optimistic pessimistic
    famous hot_popular cutting_edge universal_benefit inevitable accidental stability complexity efficiency performance energy
    electricity economy history culture policy risk advantage disadvantage boundary environment mechanism scope_range logic
    concept_abstract concept revolution self_reliance supplier vendor investor customer partner peer_company customer_number
    job_title engineer scientist talent nurture_people tutor family child friend education major_subject undergraduate course
    selected_winner award intelligence algorithm software hardware architecture framework data model vitality fatigue cycle
    peak trough long_term short_term explosion inflection_point feedback habit lesson insight responsibility ride magic local
    book_keeping engine_slogan middle_layer innovation_research_org manufacturing production_capacity maintenance quantity_order
    leading_mainstream vertical_industry industrial_chain supply_chain technical_ecosystem industrial_ecosystem ecosystem
    mainstream_ecosystem profit revenue loss_money subsidy cost_performance lease utilisation vacancy monetise father assistant
    restart_redefine loophole cooling_air communication_network internet security_industry transport sport ethics
    """.split()
)
# Nouns with which a claim tells what the article does, or sums up.
_TELLING = frozenset(
    """体会 感受 作用 称号 制作方 文章 报道 作者 记者 采访 访谈 主张 看法 观点 想法 例子 举例 比喻 打比方 总结 形容 评价 回忆 学界 业界 公司 企业 方面 两者 对方 问题 原因 方法
    关系 内容 情况 个人 身份 节目 主体 代表 时期 东西 职务 经历 人物 口号 热潮 从业者 创业者 学者 环节 链条 人们 大家 一事 两件事 三件事 时候 结果 关键
    核心 重点 意思 做法 方向 期间 全文 文中 书中 整体 全部 人士 理由 目的 任务 要求 建议 条件 优势 特点 展望未来 为例 行业 领域 技术 产品""".split()
)
_HOME = re.compile(r"[我全]国|国[内产]|本土")  # how an article at home speaks of China
_LATIN = re.compile(r"[a-z][a-z0-9-]{2,}")
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_TOLD = frozenset({"say", "think", "media_article", "introduce", "explain", "metaphor", "compare", "name"})
# Of its things that the evidence must have; set on the propositions of the five articles (evals/verifier.py).
_LEAST = {"zh": 0.5, "en": 0.35}
_ENOUGH_TERMS = 3  # of fewer no share can be said
# A name whose original stands behind it in brackets: the original is compared.
_TRANSLATED = re.compile(r"(?:[A-Z][\w'’&.-]*(?:[ -]|$)){1,6}\s?[(（][^()（）]*[\u4e00-\u9fff][^()（）]*[)）]")
_NAME_EN = re.compile(r"(?<![.!?:“\"‘(—]\s)(?<![“\"‘(—])(?<!^)\b[A-Z][\w'’&.-]*[A-Za-z0-9]\b|\b[A-Z]\w*[A-Z]\w*\b")


def foreign(claim: str, evidence: str, people: People | None) -> str | None:
    """A thing or name that the claim speaks of and the evidence does not, or None. `evidence`: with its context."""
    folded, shown = fold(claim), fold(evidence)
    if people is not None:
        for organisation in people.organisations:
            spoken = _spoken(organisation)
            if (found := spoken.search(folded)) and not spoken.search(shown):
                return found[0]
            folded = spoken.sub(_blank, folded)
        folded = people.mention.sub(_blank, folded)
    concepts = _concepts(shown) | ({"china"} if _HOME.search(shown) else set())
    mentions = glossary().mentions(folded, nested=False)
    english = language_of(claim) == "en"
    free = _FREE | _FREE_EN if english else _FREE
    for mention in mentions:
        surface = folded[mention.start : mention.end]
        if (
            mention.concept not in free
            and "'s " not in surface
            and not _held(mention.concept, concepts)
            and surface not in shown
        ):
            return surface
    for mention in mentions:
        folded = folded[: mention.start] + " " * (mention.end - mention.start) + folded[mention.end :]
    if english:
        return next(_strange_names(claim, folded, shown), None)
    return next(_strange_nouns(folded, shown), None)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


@lru_cache(maxsize=256)
def _spoken(organisation: Organisation) -> re.Pattern[str]:
    """Any of the organisation's names in folded text."""
    names = sorted(
        {fold(name) for name in (organisation.name, organisation.english, *organisation.aliases) if name}, key=len
    )
    return re.compile("|".join(rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in reversed(names)))


def uncovered(claim: str, evidence: str, people: People | None) -> str | None:
    """Whether the evidence speaks of too little of what the claim does: it then proves something else."""
    hits, total = _covered(people.mention.sub(_blank, fold(claim)) if people else fold(claim), fold(evidence))
    if total >= _ENOUGH_TERMS and hits < _LEAST[language_of(claim)] * total:
        return f"what is cited has only {hits} of the {total} things that it speaks of"
    return None


def _covered(folded: str, shown: str) -> tuple[int, int]:
    """How many of the claim's concepts, Latin words and (within Chinese) words the evidence has, and of how many."""
    wanted = {m.concept for m in glossary().mentions(folded, nested=True)} - _TOLD
    held = _concepts(shown)
    found = [_held(concept, held) for concept in wanted]
    if HAN.search(folded):
        cut = (word for word in rjieba.cut(folded) if len(word) > 1 and HAN.match(word))
        found += [word in shown for word in cut if word not in STOP_HAN and word not in _TELLING]
    latin = set(_LATIN.findall(folded)) & set(_LATIN.findall(shown)) - STOP_LATIN
    return sum(found) + len(latin), len(found) + len(latin)


@lru_cache(maxsize=1024)
def _concepts(folded: str) -> frozenset[str]:
    return frozenset(mention.concept for mention in glossary().mentions(folded, nested=True))


def _held(concept: str, concepts: frozenset[str]) -> bool:
    """It, or a case of it: who speaks of Shanghai speaks of a city."""
    return concept in concepts or any(case in concepts for case in glossary().narrower.get(concept, ()))


def _strange_nouns(folded: str, shown: str) -> Iterator[str]:
    """Chinese nouns of which neither the word nor its characters, close together, stand in the evidence."""
    for word, tag in rjieba.tag(folded):
        if not (HAN.match(word) and tag.startswith("n") and len(word) > 1) or word in _TELLING or _telling(word):
            continue
        if word not in shown and not re.search(".{0,2}".join(map(re.escape, word)), shown):
            yield word


def _telling(word: str) -> bool:
    """A name that ends in a verb of telling is how the segmenter reads 某某说."""
    return bool(re.search(rf"(?:{SAYS_ZH}|时|是|要|对|以|正|先|将|把|则)$", word))


def _strange_names(claim: str, folded: str, shown: str) -> Iterator[str]:
    """Capitalised words of an English claim that nothing in the evidence accounts for; `folded`: with the rest blanked."""
    for match in _NAME_EN.finditer(_TRANSLATED.sub(_blank, claim)):
        name = fold(match[0]).removesuffix("'s").strip(".")
        singular = name.removesuffix("s")
        if name not in folded or len(name) < 3 or name in _MONTHS or name in STOP_LATIN:
            continue
        if not (singular in shown or stem(name) in shown or name.replace("-", "") in sound(shown)):
            yield match[0]
