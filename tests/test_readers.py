"""Readers: text in any usual encoding comes out whole; everything else is refused by name."""

from __future__ import annotations

import io
import json
import os
import zipfile

import docx
import pytest

from rag.errors import DocumentError
from rag.quarantine import MAX_UNPACKED
from rag.readers import MAX_BYTES, MAX_CHARACTERS, find_files, read_file

TEXT = "算力应该像电一样便宜,这是我们的目标。\n人工智能的发展离不开算力。\n"
TRADITIONAL = "算力應該像電一樣便宜,這是我們的目標。\n人工智慧的發展離不開算力。\n"


def only(path):
    (found,) = read_file(path)
    return found


def text_of(path):
    found = only(path)
    assert not isinstance(found, DocumentError), found
    return found.text


def refusal(path):
    found = only(path)
    assert isinstance(found, DocumentError)
    assert found.name.startswith(str(path))
    return found.reason


def docx_bytes(*paragraphs):
    document, buffer = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", TEXT),
        ("utf-8-sig", TEXT),
        ("gbk", TEXT),
        ("gb18030", TEXT),
        ("big5", TRADITIONAL),
        ("utf-16", TEXT),
        ("utf-32", TEXT),
        ("utf-16-le", TEXT),
    ],
)
def test_text_in_any_usual_encoding_comes_out_whole(folder, encoding, text):
    assert text_of(folder({"a.txt": text.encode(encoding)}) / "a.txt") == text


def test_line_ends_stay_as_they_are(folder):
    assert text_of(folder({"a.md": "一。\r\n二。\r三。\n"}) / "a.md") == "一。\r\n二。\r三。\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t", "empty"),
        ("a.txt", "……。\n".encode(), "no text in it"),
        ("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\xff\xfe\x80" * 50, "binary data"),
        ("a.txt", b"\x01\x02\x03abc" * 50, "binary data"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00", "not valid utf-16"),
        ("a.xyz", b"hello", "unknown kind .xyz"),
        ("README", b"hello", "unknown kind (no suffix)"),
        ("a.docx", b"PK no zip", "broken .docx"),
        ("a.pdf", b"%PDF-1.4 broken", "broken PDF"),
        ("a.pdf", b"no pdf at all", "broken PDF"),
        ("a.html", b"<html><script>x()</script></html>", "no text in it"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "the limit is 10,000,000"),
        ("a.txt", b"a" * (MAX_CHARACTERS + 1), "the limit is 2,000,000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(folder, name, content, reason):
    assert reason in refusal(folder({name: content}) / name)


@pytest.mark.parametrize(
    "suffix",
    [".txt", ".html", ".jsonl", ".pdf", ".docx"],
)
def test_a_link_is_refused_before_it_is_followed(folder, suffix):
    root = folder({"secret.txt": TEXT})
    (root / f"a{suffix}").symlink_to(root / "secret.txt")
    assert "is a link" in refusal(root / f"a{suffix}")


@pytest.mark.parametrize("suffix", [".txt", ".html", ".jsonl", ".pdf", ".docx"])
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path, suffix):
    os.mkfifo(tmp_path / f"a{suffix}")
    assert "not a regular file" in refusal(tmp_path / f"a{suffix}")


def pdf_bytes(text):
    """The smallest page with one line; its cross-reference table is left for the reader to rebuild."""
    stream = f"BT /F1 12 Tf 9 9 Td ({text}) Tj ET"
    return f"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>> endobj
4 0 obj <</Length {len(stream)}>> stream
{stream}
endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj
trailer <</Root 1 0 R /Size 6>>
startxref
0
%%EOF""".encode()


def test_a_pdf_gives_its_text(folder):
    assert text_of(folder({"a.pdf": pdf_bytes("Compute is cheap.")}) / "a.pdf").strip() == "Compute is cheap."


def test_a_pdf_of_pictures_is_refused(folder):
    assert "no text in it" in refusal(folder({"a.pdf": pdf_bytes("")}) / "a.pdf")


def test_a_docx_gives_its_paragraphs(folder):
    assert text_of(folder({"a.docx": docx_bytes("算力很贵。", "会降。")}) / "a.docx") == "算力很贵。\n会降。"


def test_a_docx_that_unpacks_to_too_much_is_refused(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (MAX_UNPACKED + 1))
    assert "unpacks to more than" in refusal(folder({"a.docx": buffer.getvalue()}) / "a.docx")


def test_a_page_gives_its_lines_without_scripts_and_navigation(folder):
    page = "<html><head><title>访谈</title></head><body><nav>首页</nav><script>x()</script><p>算力<b>很贵</b>。</p><p>会降。</p></body></html>"
    found = only(folder({"a.html": page}) / "a.html")
    assert (found.title, found.text) == ("访谈", "算力很贵。\n会降。")


def test_a_page_in_gbk_is_read_by_its_declaration(folder):
    page = f'<html><head><meta charset="gbk"></head><body><p>{TEXT}</p></body></html>'.encode("gbk")
    assert "算力应该像电一样便宜" in text_of(folder({"a.html": page}) / "a.html")


def test_a_bad_line_of_jsonl_is_refused_by_number_and_the_others_go_in(folder):
    good = {"id": "k1", "text": TEXT, "title": "访谈", "date": "2025", "url": "http://x"}
    lines = [json.dumps(good), "{", "[]", '{"id": "k2"}', '{"id": 3, "text": "x"}', "", json.dumps(good | {"id": "k7"})]
    path = folder({"a.jsonl": "\n".join(lines)}) / "a.jsonl"
    documents = [found for found in read_file(path) if not isinstance(found, DocumentError)]
    refused = [found.name for found in read_file(path) if isinstance(found, DocumentError)]
    assert [(found.id, found.file, found.title) for found in documents] == [("k1", "k1", "访谈"), ("k7", "k7", "访谈")]
    assert refused == [f"{path}:{number}" for number in (2, 3, 4, 5)]


def test_a_folder_is_walked_in_name_order_without_hidden_files(folder):
    root = folder({"b.txt": TEXT, "a/z.txt": TEXT, ".hidden.txt": TEXT, "c.xyz": "x"})
    files, refused = find_files([root])
    assert [file.relative_to(root).as_posix() for file in files] == ["a/z.txt", "b.txt"]
    assert [refusal.name for refusal in refused] == [str(root / "c.xyz")]


def test_a_hidden_folder_is_left_out(folder):
    assert find_files([folder({".git/x.txt": TEXT})])[0] == []
