"""An `Answer` in, safe HTML for one chat message out. All outside text goes through `escape` here or in the panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.types import Answer, Citation, Language, Statement
from ui.escaping import escape, escape_lines
from ui.texts import REFUSALS, SIGNS, VERDICT_HELP, VERDICTS, text, worded
from ui.voices import Voices

__all__ = ["answer_html", "escape", "notice_html", "question_html"]

_MARKS = re.compile(r"(?:\s*\[\d{1,4}\])+")
# What may carry a request or a link out of the page stays plain text; raw HTML has no rule at all.
_BANNED = ["image", "link", "autolink", "reference", "html_block", "html_inline", "lheading", "text_join"]


def question_html(question: str, *, turn: int, language: Language) -> str:
    """The user's own words, inert, and the button that puts them back into the box."""
    edit = escape(text(language, "edit"))
    asked = f'<div class="asked" id="asked-{turn}">{escape_lines(question)}</div>'
    return f'{asked}<button class="edit quiet" type="button" title="{edit}">{edit}</button>'


def notice_html(message: str, language: Language, *, actions: str = "") -> str:
    """Something the page says instead of an answer, or after what there is of one."""
    return f'<div class="answer notice" lang="{language}"><p>{escape(message)}</p>{actions}</div>'


def answer_html(answer: Answer, *, turn: int, voices: Voices, growing: bool = False) -> str:
    """One line of HTML: a blank line inside would hand the rest to the Chatbot's Markdown.

    A mark links to `#cite-{turn}-{n}`, the card of that number in the panel, so that marks of older turns stay true.
    `growing`: more of it is coming, so there is no footer yet; what is not checked yet stands apart and pale.
    """
    parts = [_Body(answer, turn, voices).html()]
    if answer.refused:
        reason = REFUSALS[answer.refusal_reason] if answer.refusal_reason else None
        title = worded(answer.language, reason) if reason else text(answer.language, "refused")
        parts.insert(0, f'<p class="refusal">{escape(title)}</p>')
    if growing and answer.pending.strip():
        help_ = escape(text(answer.language, "pending"))
        parts.append(f'<p class="pending" title="{help_}">{escape(answer.pending)}</p>')
    if answer.notice:
        parts.append(f'<p class="remark">{escape(answer.notice)}</p>')
    if not growing:
        parts.append(footer_html(answer, turn))
    kind = "answer refused" if answer.refused else "answer"
    return f'<div class="{kind}" lang="{answer.language}">{"".join(parts)}</div>'


class _Body:
    """The answer's Markdown with live marks; each run of marks is followed by who said it and how sure that is."""

    def __init__(self, answer: Answer, turn: int, voices: Voices) -> None:
        self.answer = answer
        self.turn = turn
        self.voices = voices
        self.citations = {citation.n: citation for citation in answer.citations}
        self.waiting = list(answer.statements)

    def html(self) -> str:
        markdown = MarkdownIt("commonmark", {"breaks": True}).enable("table").disable(_BANNED)
        # The library passes its renderer first, even to a method.
        markdown.add_render_rule("text", lambda _, tokens, index, *__: self._text(tokens[index]))
        # Kept apart from text: a bracket that came escaped, from a document, opens no mark.
        markdown.add_render_rule("text_special", _literal)
        for rule in ("code_inline", "code_block", "fence"):
            markdown.add_render_rule(rule, _code)
        body = markdown.render(self.answer.answer).replace("\n", "")
        return f'<div class="body">{body}</div>'

    def _text(self, token: Token) -> str:
        content, parts, done = token.content, [], 0
        for run in _MARKS.finditer(content):
            numbers = [int(number) for number in re.findall(r"\d+", run[0])]
            known = [self.citations[number] for number in numbers if number in self.citations]
            if known:
                parts += [self._said(content[done : run.start()]), *map(self._mark, known), self._stamp(known)]
                done = run.end()
        return "".join(parts) + self._said(content[done:])

    def _mark(self, citation: Citation) -> str:
        who = self.voices.name(citation.speaker, self.answer.language) if citation.speaker else ""
        label = " · ".join(part for part in (who, citation.title) if part)
        tone = self.voices.tone(citation.speaker) if citation.speaker else "tone-none"
        brackets = f'<span class="bracket">[</span>{citation.n}<span class="bracket">]</span>'
        return f'<a class="cite {tone}" href="#cite-{self.turn}-{citation.n}" title="{escape(label)}">{brackets}</a>'

    def _stamp(self, cited: Sequence[Citation]) -> str:
        statement = self._take({citation.n for citation in cited})
        if statement is None:
            return ""
        who = f"{self.voices.name(statement.speaker, self.answer.language)} · " if statement.speaker else ""
        return self._verdict(statement, escape(who))

    def _take(self, numbers: set[int]) -> Statement | None:
        """The next statement that these marks belong to; each is stamped once."""
        alike = [s for s in self.waiting if set(s.citations) == numbers] or [
            s for s in self.waiting if numbers & set(s.citations)
        ]
        if not alike:
            return None
        self.waiting.remove(alike[0])
        return alike[0]

    def _said(self, content: str) -> str:
        """Text between marks. What failed verification is underlined and says so."""
        shown = escape(content)
        for statement in [s for s in self.waiting if s.verdict == "unsupported" and not s.citations]:
            doubted = escape(statement.text.strip())
            if doubted and doubted in shown:
                self.waiting.remove(statement)
                shown = shown.replace(doubted, f'<span class="doubt">{doubted}</span>{self._verdict(statement)}', 1)
        return shown

    def _verdict(self, statement: Statement, who: str = "") -> str:
        language, verdict = self.answer.language, statement.verdict
        told = worded(language, VERDICT_HELP[verdict])
        told += f" ({statement.reason})" if statement.reason else ""
        word = escape(worded(language, VERDICTS[verdict]))
        return f'<span class="stamp {verdict}" title="{escape(told)}">{who}<span class="sign">{SIGNS[verdict]}</span> {word}</span>'


def _literal(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return escape(tokens[index].content)


def _code(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    token = tokens[index]
    tag = "code" if token.type == "code_inline" else "pre"
    return f"<{tag}>{escape_lines(token.content)}</{tag}>"


def footer_html(answer: Answer, turn: int) -> str:
    """What can be done with an answer, and, folded away, what it took to make it."""
    language, count = answer.language, len(answer.citations)
    key = "nearby" if answer.refused else "cited_one" if count == 1 else "cited"
    opener = f'<a class="to-sources" href="#sources-{turn}">{escape(text(language, key, n=count))}</a>' if count else ""
    buttons = "".join(_button(action, language) for action in ("copy", "again", "good", "bad"))
    told = " · ".join((mode(answer.model, language), _milliseconds(answer.timings.total_ms)))
    rows = "".join(f"<li>{escape(fact)}</li>" for fact in _facts(answer))
    more = f'<details class="more"><summary class="told">{escape(told)}</summary><ul>{rows}</ul></details>'
    return f'<div class="facts" id="facts-{turn}">{opener}{buttons}{more}</div>'


def _button(action: str, language: Language) -> str:
    """`page.js` knows it by its class and says its title when it is done."""
    title = escape(text(language, f"{action}_done"))
    return f'<button class="{action} quiet" type="button" title="{title}">{escape(text(language, action))}</button>'


def _facts(answer: Answer) -> Iterator[str]:
    language, usage, timings = answer.language, answer.usage, answer.timings
    yield text(language, "took", found=_milliseconds(timings.retrieve_ms), said=_milliseconds(timings.answer_ms))
    if usage.prompt_tokens or usage.completion_tokens:
        yield text(language, "tokens", read=usage.prompt_tokens, written=usage.completion_tokens)
    yield _cost(answer)
    if usage.times_cheaper:
        yield text(language, "cheaper", times=f"{usage.times_cheaper:,.0f}")
    if answer.also_searched:
        yield f"{text(language, 'also_searched')}: {', '.join(dict.fromkeys(answer.also_searched))}"


def mode(model: str | None, language: Language) -> str:
    """The model's name, or that only quotes are given."""
    return model or text(language, "offline")


def _milliseconds(total: float) -> str:
    return f"{total / 1000:.1f} s" if total >= 1000 else f"{total:.0f} ms" if total >= 1 else "<1 ms"


def _cost(answer: Answer) -> str:
    cost = answer.usage.cost_usd
    if cost is None:
        return text(answer.language, "unpriced")
    return text(answer.language, "cost", cost=f"{cost:.6f}".rstrip("0")) if cost else text(answer.language, "free")
