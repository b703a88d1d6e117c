"""The renderer alone: answers in, HTML out, read back with a parser as a browser would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.chat_engine import ChatEngine
from rag.types import Answer, Person, Source, Span, Statement, Usage
from tests.builders import INTERVIEW, PEOPLE, reading_of
from tests.fakes import HOSTILE, LI, LIBRARY, PLAIN, WANG, FakeEngine, hostile, plain
from ui.conversation import Asked, Conversation, reply
from ui.engines import answer_object
from ui.escaping import escape
from ui.raw_panel import raw_html
from ui.render import answer_html
from ui.shown import shown
from ui.sources_panel import article_html, cards_html
from ui.texts import MAX_QUESTION, translations
from ui.voices import Voices

VOICES = Voices.of([WANG, LI])
OURS = {
    "a",
    "article",
    "blockquote",
    "button",
    "div",
    "em",
    "h2",
    "h3",
    "header",
    "li",
    "mark",
    "ol",
    "p",
    "section",
    "span",
}
OURS |= {
    "details",
    "summary",
    "nav",
    "strong",
    "ul",
    "br",
    "hr",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "h1",
    "h4",
    "h5",
    "h6",
}


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def rendered(answer: Answer) -> BeautifulSoup:
    return parsed(answer_html(answer, turn=3, voices=VOICES))


def is_inert(html: str) -> bool:
    """Only our elements, only our links, no handlers."""
    tags = [tag for tag in parsed(html).find_all(True) if isinstance(tag, Tag)]
    links = [str(tag["href"]) for tag in tags if tag.has_attr("href")]
    return (
        {tag.name for tag in tags} <= OURS
        and not any(name.startswith("on") or name in ("src", "style") for tag in tags for name in tag.attrs)
        and all(link.startswith(("#cite-", "#sources-", "article?")) for link in links)
    )


@given(st.text())
def test_escaped_text_is_text_to_html_and_to_markdown(text):
    safe = escape(text)
    assert not set(safe) & set("<>\"'`*_[]()!~|\\\n")
    assert "<a" not in MarkdownIt("gfm-like", {"linkify": False}).render(safe)


def test_escape_keeps_what_a_reader_sees():
    assert parsed(escape("M×N <10^4> & “引号”")).text == "M×N <10^4> & “引号”"


def test_escape_drops_what_turns_text_around():
    assert escape("abc\u202edef\ud800\x07") == "abcdef"


def test_a_mark_links_to_its_card_of_its_turn():
    link = rendered(plain("?")).select("a.cite")[1]
    assert (link.text, link["href"]) == ("[2]", "#cite-3-2")


def test_a_mark_without_citation_stays_text():
    page = rendered(replace(plain("?"), answer="So it is.[7]"))
    assert not page.select("a.cite")
    assert "[7]" in page.text


def test_an_escaped_bracket_of_a_document_is_no_mark():
    assert not rendered(replace(plain("?"), answer=r"As table \[1\] shows.")).select("a.cite")


def test_speaker_and_verdict_stand_after_each_statement():
    assert [stamp.text for stamp in rendered(plain("?")).select(".stamp")] == [
        "Wang Xiaoming · ” verbatim",
        "Li Siguang · ✓ supported",
    ]


def test_names_are_in_the_language_of_the_question():
    assert rendered(plain("?", "zh")).select_one(".stamp").text == "王小明 · ” 原话"


def test_an_unsupported_statement_without_marks_says_so():
    doubtful = Answer("?", "en", "Water is dry.", statements=(Statement("Water is dry.", (), None, "unsupported"),))
    page = rendered(doubtful)
    assert page.select_one(".doubt").text == "Water is dry."
    assert page.select_one(".stamp.unsupported").text == "✗ unsupported"


def test_a_refusal_is_an_answer_with_its_reason():
    page = rendered(FakeEngine().query("weather?"))
    assert page.select_one(".answer.refused .refusal").text == "The interviews don't cover this"
    assert "nothing of it" in page.text


@pytest.mark.parametrize(("cost", "words"), [(0.0, "cost $0"), (0.00125, "cost $0.00125"), (None, "cost unknown")])
def test_the_cost_is_on_every_answer(cost, words):
    assert words in rendered(replace(plain("?"), usage=Usage(cost_usd=cost))).select_one(".more").text


def test_the_mode_is_on_every_answer():
    assert "Offline" in rendered(plain("?")).select_one(".told").text
    assert "gpt-x" in rendered(replace(plain("?"), model="gpt-x")).select_one(".told").text


def test_a_growing_answer_has_no_footer():
    assert "facts" not in answer_html(plain("?"), turn=1, voices=VOICES, growing=True)


def test_a_hostile_answer_is_inert_and_one_line():
    html = answer_html(hostile(HOSTILE), turn=1, voices=VOICES)
    assert is_inert(html)
    assert "\n" not in html


def test_hostile_cards_and_articles_are_inert():
    citation = hostile("?").citations[0]
    library = FakeEngine().library()
    source, sentences = library.source(citation.source), library.sentences_of(citation.source)
    article = article_html(source, sentences, Span(source.id, 0, 5), language="en", voices=VOICES)
    assert is_inert(cards_html(hostile(HOSTILE), turn=1, voices=VOICES))
    assert is_inert(article)
    assert "evil.example" in parsed(article).text


@given(st.text())
def test_whatever_a_model_writes_is_inert(text):
    assert is_inert(answer_html(replace(plain(text), answer=text, notice=text), turn=1, voices=VOICES))


def test_the_cited_sentences_are_marked_and_one_is_the_place_to_scroll_to():
    reading = reading_of(INTERVIEW)
    wanted = [sentence for sentence in reading.sentences if "40%" in sentence.text or "不同意" in sentence.text]
    passage = Span("x", wanted[0].span.start, wanted[-1].span.end)
    page = parsed(article_html(reading.source, reading.sentences, passage, language="zh", voices=VOICES))
    assert [mark.text for mark in page.select("mark")] == [sentence.text for sentence in wanted]
    assert len(page.select("mark#passage")) == 1


def test_an_article_names_each_voice_once_until_it_changes():
    reading = reading_of(INTERVIEW)
    page = parsed(article_html(reading.source, reading.sentences, Span("x", 0, 0), language="zh", voices=VOICES))
    assert [who.text for who in page.select(".who")] == ["某报", "王小明", "某报", "王小明", "李四光"]


def test_an_article_shows_every_sentence():
    reading = reading_of(INTERVIEW, PEOPLE)
    page = parsed(article_html(reading.source, reading.sentences, Span("x", 0, 0), language="zh", voices=VOICES))
    assert all(sentence.text in page.text for sentence in reading.sentences)


def test_latin_sentences_keep_their_space():
    source = Source("e", "e.txt", "One is. Two is.\n")
    reading = reading_of(source.raw, id_="e")
    assert "One is. Two is." in article_html(
        reading.source, reading.sentences, Span("e", 0, 0), language="en", voices=VOICES
    ).replace("&#46;", ".")


def test_people_have_colours_of_their_own():
    assert VOICES.tone("王小明") != VOICES.tone("李四光")
    assert VOICES.tone("a stranger") == "tone-none"
    assert Voices.of(Person(str(n)) for n in range(20)).tone("9") == "tone-1"


def talk(engine: FakeEngine, *questions: str) -> Conversation:
    conversation = Conversation("c")
    for question in questions:
        *_, conversation = reply(engine, conversation, Asked(question))
    return conversation


def test_only_the_users_words_go_back_to_the_engine():
    engine = FakeEngine()
    first = talk(engine, "first")
    [*reply(engine, first, Asked("second", ("王小明",)))]
    assert engine.asked == [("first", (), ()), ("second", ("first",), ("王小明",))]


def test_an_answer_follows_the_chosen_language():
    *_, told = reply(FakeEngine(), Conversation(), Asked("power?", language="zh"))
    assert told.turns[-1].language == "zh"


def test_older_turns_keep_their_cards():
    page = parsed(shown(talk(FakeEngine(), "first", "second"), LIBRARY).cards)
    assert [card["id"] for card in page.select("a.card")] == ["cite-1-1", "cite-1-2", "cite-2-1", "cite-2-2"]


def test_a_long_question_is_not_asked():
    engine = FakeEngine()
    told = talk(engine, "x" * (MAX_QUESTION + 1))
    assert "2001" in parsed(shown(told, LIBRARY).messages[-1]["content"]).text
    assert not engine.asked


def test_a_failure_is_told_without_its_innards(caplog):
    told = shown(talk(FakeEngine(), "broken"), LIBRARY).messages[-1]["content"]
    assert "incident" in told
    assert "secret-canary" not in told
    assert "secret-canary" in caplog.text
    assert "secret-canary" not in str(answer_object(FakeEngine(), "broken", [], []))


def test_a_stopped_answer_keeps_what_was_said():
    stream = reply(FakeEngine(), Conversation("c"), Asked("first"))
    next(stream)
    stopped = shown(next(stream).ended("stopped"), LIBRARY)
    assert "40%" in parsed(stopped.messages[-1]["content"]).text
    assert "Stopped" in parsed(stopped.messages[-1]["content"]).text
    assert "sources-1" in stopped.cards


def test_stopping_nothing_does_nothing():
    assert Conversation().ended("stopped") == Conversation()


def test_what_is_not_checked_yet_stands_apart_and_only_while_it_grows():
    answer = replace(plain("?"), pending="half a <b>claim")
    growing = parsed(answer_html(answer, turn=1, voices=VOICES, growing=True))
    assert growing.select_one(".pending").text == "half a <b>claim"
    assert "half a" not in parsed(answer_html(answer, turn=1, voices=VOICES)).text


def test_tokens_cost_and_ratio_are_folded_away():
    answer = replace(plain("?"), model="m", usage=Usage(1200, 80, 0.000123, 31508.2))
    more = parsed(answer_html(answer, turn=1, voices=VOICES)).select_one("details.more").text
    assert "1200 tokens read, 80 written" in more
    assert "cost $0.000123" in more
    assert "31,508× cheaper" in more


def test_the_reason_stands_with_the_sign():
    statement = Statement("It fell by 90%.", (1,), "王小明", "unsupported", "the source says 40%")
    answer = replace(plain("?"), answer="It fell by 90%.[1]", statements=(statement,))
    stamp = parsed(answer_html(answer, turn=1, voices=VOICES)).select_one(".stamp.unsupported")
    assert "the source says 40%" in stamp["title"]


def test_the_users_own_documents_are_marked():
    cards = parsed(shown(talk(FakeEngine(), "first"), LIBRARY).cards)
    assert {badge.text for badge in cards.select(".badge")} == {"your document"}


def test_the_raw_text_shows_what_was_repaired_left_out_and_cited():
    reading = reading_of("页眉页眉\n王小明:日日報。第二句。\n")
    report = {"notes": [["boilerplate", 0, 4, ""], ["repaired", 9, 12, "日報"]]}
    cited = reading.sentences[0].span
    page = parsed(raw_html(reading.source, reading.sentences, cited, report=report, language="en"))
    assert page.select_one(".boilerplate").text == "页眉页眉"
    assert "repaired to: 日報" in page.select_one(".repaired")["title"]
    assert "".join(mark.text for mark in page.select("mark")) == reading.source.raw[cited.start : cited.end]
    assert len(page.select("mark#passage")) == 1


def test_the_cleaned_text_shows_where_something_was_repaired_or_left_out():
    reading = reading_of("页眉页眉\n王小明:日日報。第二句。\n")
    report = {"notes": [["boilerplate", 0, 4, ""], ["repaired", 9, 12, "日報"]]}
    page = parsed(
        article_html(reading.source, reading.sentences, Span("x", 0, 0), language="en", voices=VOICES, report=report)
    )
    assert page.select_one(".gap").text == "4 characters removed here"
    assert page.select_one(".mended")["title"].endswith("→ 日報")


def test_both_languages_say_the_same_things():
    told = translations()
    assert told["zh"].keys() == told["en"].keys()
    assert all(words for locale in told.values() for words in locale.values())


def test_every_citation_of_a_real_answer_opens_its_article(engine: ChatEngine):
    answer = engine.query("戴国浩说的M×N中间层是什么？")
    library = engine.library()
    assert answer.citations
    for citation in answer.citations:
        passage = Span(citation.source, citation.start, citation.end)
        article = article_html(
            library.source(citation.source),
            library.sentences_of(citation.source),
            passage,
            language="zh",
            voices=VOICES,
        )
        marked = "".join(mark.text for mark in parsed(article).select("mark"))
        assert "".join(citation.quote.split()) in "".join(marked.split())


def test_the_fake_document_reads_as_expected():
    assert plain("?").citations[0].quote == PLAIN
