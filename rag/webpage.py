"""The bytes of an HTML page in, its title and readable lines out; one line a block, one turn a row of questions and answers."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

_DROPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "form",
    "head",
    "button",
    "input",
    "iframe",
]
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:cookie|banner|nav|navbar|menu|share|social|related|recommend\w*|comments?|newsletter|footer|sidebar|"
    r"ads?|advert\w*|promo|breadcrumbs?|subscribe|toolbar|hot|rank\w*|copyright)(?:$|[-_ ])",
    re.IGNORECASE,
)
_BLOCKS = ("p div br li tr td th h1 h2 h3 h4 h5 h6 section article blockquote dt dd figcaption").split()
_DATES = frozenset({"article:published_time", "publishdate", "pubdate", "date", "dc.date", "datepublished"})
_SITES = frozenset({"og:site_name", "application-name", "mediaid"})
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
# The time that a page takes grows with the square of it. Old pages never close <p>, and nest as deep as they are long.
MOST_NESTED = 2000
_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*?(/?)>")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_ASKS = re.compile(r"[?？]\s*$")


class Page(NamedTuple):
    """`date` is ISO 8601 or empty, `outlet` the site's own name or empty, both as the page's metadata say."""

    title: str
    text: str
    date: str
    outlet: str
    encoding: str


def page_text(data: bytes) -> Page:
    """What a page's own markup calls navigation, sharing, comments and the like is left out. Raises ValueError for a page
    that is nested too deep.
    """
    if (depth := _depth(data)) > MOST_NESTED:
        raise ValueError(f"its elements are nested {depth:,} deep; the limit is {MOST_NESTED:,}")
    soup = BeautifulSoup(data, "html.parser")
    heading = soup.find("h1")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    title = heading.get_text(" ", strip=True) if isinstance(heading, Tag) else title
    date, outlet = _told(soup, _DATES), _told(soup, _SITES) or _site(soup, title)
    for tag in soup([*_DROPPED, "title"]):
        tag.decompose()
    most = 0.9 * len(" ".join(soup.get_text().split()))
    for tag in [tag for tag in soup.find_all(True) if _furniture(tag)]:
        # A wrapper such as "page has-sidebar" is named after what it holds; the article itself is no furniture.
        if not tag.decomposed and len(" ".join(tag.get_text().split())) < most:
            tag.decompose()
    _label_cells(soup)
    _mark_questions(soup)
    for words in soup.find_all(string=re.compile(r"\n")):
        words.replace_with(str(words).replace("\n", " "))
    for tag in soup(_BLOCKS):
        tag.insert(0, "\n")
        tag.append("\n")
    lines = (" ".join(line.split()) for line in soup.get_text().splitlines())
    text = "\n".join(line for line in lines if line)
    return Page(title, text, date[:10] if _ISO.match(date) else "", outlet, str(soup.original_encoding or "utf-8"))


def _depth(data: bytes) -> int:
    """How deep elements are nested, before anything is built of them; an end that has no beginning ends nothing."""
    deepest, nested, counts = 0, list[bytes](), Counter[bytes]()
    for tag in _TAG.finditer(data):
        name = tag[2].lower()
        if tag[1]:
            while counts[name]:
                last = nested.pop()
                counts[last] -= 1
                if last == name:
                    break
        elif not tag[3] and name not in _VOID:
            nested.append(name)
            counts[name] += 1
            deepest = max(deepest, len(nested))
    return deepest


def _site(soup: BeautifulSoup, heading: str) -> str:
    """The site's name where the window title is the heading and then the name."""
    window = soup.title.get_text(" ", strip=True) if soup.title else ""
    named = re.fullmatch(re.escape(heading) + r"\s*[|_–—-]\s*([^|_]{2,30})", window)
    return " ".join(named[1].split()) if named else ""


def _told(soup: BeautifulSoup, names: frozenset[str]) -> str:
    """The content of the first meta tag of one of these names."""
    for tag in soup("meta"):
        if str(tag.get("property") or tag.get("name") or "").lower() in names and tag.get("content"):
            return " ".join(str(tag["content"]).split())
    return ""


def _furniture(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main", "article") or not tag.attrs:
        return False
    names = [*tag.get_attribute_list("class"), *tag.get_attribute_list("id")]
    return bool(_FURNITURE.search(" ".join(filter(None, names))))


def _label_cells(soup: BeautifulSoup) -> None:
    """In a table whose heading row names who speaks, each cell gets its column's name as a label."""
    for table in soup("table"):
        rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
        names = [cell.get_text(" ", strip=True) for cell in rows[0].find_all("th", recursive=False)] if rows else []
        if len(names) < 2 or not all(0 < len(name) <= 40 for name in names):
            continue
        for row in rows[1:]:
            for name, cell in zip(names, row.find_all("td", recursive=False), strict=False):
                _label(cell, f"{name}: ")
        rows[0].decompose()
        _narrator_after(table)


def _mark_questions(soup: BeautifulSoup) -> None:
    """Where whole paragraphs in bold ask and the plain ones between them answer, or a list pairs terms that ask with
    their definitions, the turns get the labels Q and A that the page shows by type alone.
    """
    terms = [tag for tag in soup("dt") if _ASKS.search(tag.get_text(strip=True))]
    bold = [tag for tag in soup(["p", "h3", "h4"]) if _all_bold(tag) and _ASKS.search(tag.get_text(strip=True))]
    for questions in (terms, bold):
        if len(questions) < 3:
            continue
        for tag in questions:
            if not re.match(r"[^:：?？]{1,20}[:：]", tag.get_text(strip=True)):
                _label(tag, "Q: ")
            following = tag.find_next_sibling(True)
            if isinstance(following, Tag) and following not in questions:
                _label(following, "A: ")
    for pairs in {id(tag.parent): tag.parent for tag in terms if tag.parent is not None and len(terms) >= 3}.values():
        _narrator_after(pairs)


def _label(block: Tag, label: str) -> None:
    """Put the label before the block's first word, whichever element inside holds it."""
    for words in block.find_all(string=True):
        if words.strip():
            words.replace_with(label + words.lstrip())
            return


def _narrator_after(block: Tag) -> None:
    """What follows a table or list of turns is nobody's answer; the page shows it by the block's end alone."""
    following = block.find_next_sibling("p")
    if isinstance(following, Tag) and following.get_text(strip=True):
        _label(following, "Narrator: ")


def _all_bold(tag: Tag) -> bool:
    text = tag.get_text(strip=True)
    bold = "".join(part.get_text(strip=True) for part in tag.find_all(["b", "strong"], recursive=False))
    return bool(text) and (tag.name != "p" or bold == text)
