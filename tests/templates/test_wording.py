"""The sentences: how they are filled in and loaded, and that code and files agree about every one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from templates import wording
from templates.errors import TemplateError
from templates.wording import Voice, Wording

ROOT = Path(__file__).parents[2]
CODE = sorted(file for room in ("bot", "jobs", "templates") for file in (ROOT / room).rglob("*.py"))
UNITS = {"ap", "xa", "Ap", "Xa"}  # filled in by every voice
SENTENCES = wording.load()
KEYS = sorted(SENTENCES.keys())


# How a sentence is filled in


@pytest.mark.parametrize(
    ("sentence", "xung", "said"),
    [
        ("{Xung} chọn việc", "chú", "Chú chọn việc"),
        ("{Xung} chọn việc", None, "Chọn việc"),
        ("{Xung|Xin} chọn việc", None, "Xin chọn việc"),
        ("{Xung|Xin} chọn việc", "đồng chí", "Đồng chí chọn việc"),
        ("Mời {xung} xem lại:", None, "Mời xem lại:"),
        ("Mời {xung} xem lại:", "cô", "Mời cô xem lại:"),
        ("Cảm ơn{xung_sau}. Xong", None, "Cảm ơn. Xong"),
        ("Cảm ơn{xung_sau}. Xong", "bác", "Cảm ơn bác. Xong"),
        ("Nhờ {xung}.", None, "Nhờ."),
        ("ý {xung|tin này}.", None, "ý tin này."),
        ("{Xung|Xin} lưu tệp .xlsx rồi gửi .", None, "Xin lưu tệp .xlsx rồi gửi."),
        ("Lưu thành .docx {xung}.", None, "Lưu thành .docx."),
    ],
)
def test_the_form_of_address(sentence: str, xung: str | None, said: str) -> None:
    assert Wording({"k": sentence}).say("k", xung) == said


def test_nothing_in_a_value_is_read_as_a_placeholder() -> None:
    said = Wording({"k": "Trong “{text}” có {so}"}).say("k", None, text="{so} {xung} {{ x }} %s", so=2)

    assert said == "Trong “{so} {xung} {{ x }} %s” có 2"


def test_a_missing_value_raises() -> None:
    with pytest.raises(KeyError):
        Wording({"k": "{so}"}).say("k")


@pytest.mark.parametrize(
    ("ap", "said"), [("ấp", "Ấp nào? Các ấp."), ("khu phố", "Khu phố nào? Các khu phố.")]
)
def test_a_voice_speaks_of_its_units(ap: str, said: str) -> None:
    voice = Voice(Wording({"k": "{Ap} nào? Các {ap}."}), None, {"ap": ap, "xa": "phường"})

    assert voice.say("k") == said
    assert voice.fill("{Ap} nào? Các {ap}.") == said


# A commune's own sentences


def test_a_communes_own_sentence_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "rieng.toml").write_text('[menu]\nwhat = "Bữa nay báo gì?"\n', encoding="utf-8")

    assert wording.load(tmp_path).say("menu.what") == "Bữa nay báo gì?"
    assert wording.load().say("menu.what") != "Bữa nay báo gì?"


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('[menu]\nwhta = "x"', "menu.whta", "không có câu nào"),
        ('[menu]\nwhat = "{so} việc"', "menu.what", "so"),
        ("[menu]\nwhat = 3", "menu.what", "câu chữ"),
        ("[menu\nwhat = 3", "(cả tệp)", "không đọc được"),
        ("\udcff", "(cả tệp)", "không đọc được"),
    ],
)
def test_an_error_names_file_key_and_expected(tmp_path: Path, text: str, key: str, expected: str) -> None:
    file = tmp_path / "rieng.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(TemplateError) as error:
        wording.load(tmp_path)

    assert error.value.file == str(file)
    assert error.value.key == key
    assert expected in error.value.expected


# Code and files agree


@dataclass(frozen=True)
class Call:
    where: str
    key: str
    values: frozenset[str]
    whole: bool  # no ** among the values


def _calls() -> Iterator[Call]:
    """Every ``say("key", name=…)`` of the code with a literal key, also one of two."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_say(node.func) and node.args:
                values = frozenset(k.arg for k in node.keywords if k.arg)
                whole = all(k.arg for k in node.keywords)
                for key in _literal_keys(node.args[0]):
                    yield Call(f"{file.relative_to(ROOT)}:{node.lineno}", key, values, whole)


def _is_say(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "say"


def _literal_keys(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_literal_keys(node.body), *_literal_keys(node.orelse)]
    return []


def _mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """All strings of the code, and patterns of those that are put together (f"post.{kind}")."""
    literal: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literal.add(node.value)
            elif (pattern := _family(node)) is not None:
                patterns.append(pattern)
    return literal, patterns


def _family(node: ast.AST) -> re.Pattern[str] | None:
    """What a key that is put together can be."""
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values
    ]
    return re.compile("".join(parts)) if re.match(r"[a-z_]+\\?\.", parts[0]) else None


def test_every_sentence_that_code_says_exists_with_its_values() -> None:
    wrong = []
    for call in _calls():
        if "." not in call.key:
            continue  # jobs.progress and others say within a table of their own
        if call.key not in SENTENCES:
            wrong.append(f"{call.where}: no sentence {call.key}")
            continue
        wanted = SENTENCES.placeholders(call.key) - UNITS
        if call.whole and not wanted <= call.values:
            wrong.append(f"{call.where}: {call.key} lacks {wanted - call.values}")
    assert not wrong, "\n".join(wrong)


def test_every_sentence_is_said_somewhere() -> None:
    literal, patterns = _mentioned()
    last_words = {text for text in literal if "." not in text}
    unused = [
        key
        for key in KEYS
        if key not in literal
        and not any(pattern.fullmatch(key) for pattern in patterns)
        and not (key.startswith(("channel.", "sender.")) and key.rpartition(".")[2] in last_words)
    ]
    assert not unused, "\n".join(sorted(unused))


def test_every_sentence_that_is_put_together_has_its_family() -> None:
    """``say(f"post.{kind}")`` finds some sentence post.…, also where all of them were forgotten."""
    missing = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {pattern.pattern}"
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _is_say(node.func) and node.args
        if (pattern := _family(node.args[0])) is not None
        if not any(pattern.fullmatch(key) for key in KEYS)
    ]
    assert not missing, "\n".join(missing)


# By what a reason is given to, how the sentence begins that is said of it.
FAMILIES = {
    "Ask": "answers.ask.",
    "Refuse": "answers.refuse.",
    "RestoreRefused": "jobs.restore.",
    "RenderFailed": "jobs.report.",
    "SheetRefused": "jobs.attachment.sheet_",
    "BookRefused": "jobs.attachment.book_",
    "Refused": "jobs.attachment.docx_",
    "book_child.Refused": "jobs.attachment.book_",
}


def test_every_reason_has_its_sentence() -> None:
    """`Ask("code")` is looked up as answers.ask.code, `RestoreRefused("code")` as jobs.restore.code."""
    missing, met = [], set()
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            written = ast.unparse(node.func)
            name = written if written in FAMILIES else written.rpartition(".")[2]
            for code in _literal_keys(node.args[0]) if name in FAMILIES else []:
                met.add(name)
                if (key := f"{FAMILIES[name]}{code}") not in SENTENCES:
                    missing.append(f"{file.relative_to(ROOT)}:{node.lineno}: {key}")
    assert not missing, "\n".join(missing)
    assert met == FAMILIES.keys()


# How they read


@pytest.mark.parametrize("key", KEYS)
def test_reads_well(key: str) -> None:
    sentence = SENTENCES._sentences[key]

    assert not re.search(r" [,.:;?!](?!\w)", sentence)
    assert key.startswith("demo.") or "  " not in sentence.strip(" \n")
    assert not re.search(r"\{\w*[^}\w|][^}|]*\}", sentence), "a placeholder is a name"
    if key.split(".")[0] not in ("channel", "sender", "jobs", "consent", "demo"):
        assert not re.search(
            r"(?<![\w“{])/\w|\b(code|bot|ID|click|file|upload)\b", re.sub(r"\{\w+", "", sentence)
        )
