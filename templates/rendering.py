"""Renders a .docx template. Only the child process (`jobs.render`) imports this: Word's libraries stay out of
the program that answers chats.

Values are data: whatever they hold comes out as typed. A private-use character among them becomes highlighted
dots. What is wrong with a template is raised as TemplateProblem, with the place and what was expected.
"""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from templates import placing

BLANK, BLANK_LINE = "\ue000", "\ue001"  # as templates.figures has them
_DOTS = {BLANK: "…" * 4, BLANK_LINE: "…" * 28}
_SOMEWHERE = "(không rõ chỗ)"
_MOST_BYTES = 50_000_000  # of a template, unpacked


class TemplateProblem(Exception):
    """A template that cannot be used: ``key`` is the place, ``expected`` what is wrong with it there."""

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key}: {expected}")
        self.key, self.expected = key, expected


def render(
    template: Path,
    context: Mapping[str, Any],
    output: Path,
    pictures: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Writes the document of ``template`` and ``context`` to ``output``; raises TemplateProblem, OSError.

    ``pictures`` are those that the context marks, by number: ``file`` a JPEG, ``width`` and ``height`` in
    pixels, ``words`` what it shows.
    """
    document = _rendered(template, context)
    placing.place(document.docx, pictures or {})
    document.save(str(output))


def check(template: Path, contexts: Sequence[Mapping[str, Any]]) -> None:
    """Renders the template with every context and forgets the result; raises TemplateProblem."""
    for context in contexts:
        _rendered(template, context)


def _rendered(template: Path, context: Mapping[str, Any]) -> Any:
    _check_package(template)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(str(template))
        document.render(as_data(context), environment, autoescape=True)
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise TemplateProblem("(cả tệp)", f"không phải tệp Word dùng được: {error}") from error
    except TemplateSyntaxError as error:
        raise TemplateProblem(_near_syntax(error), f"thẻ viết sai: {error.message}") from error
    except UndefinedError as error:
        raise TemplateProblem(_near(error, document), f"chương trình không có tên này: {error}") from error
    except (TemplateError, TypeError, ZeroDivisionError) as error:
        raise TemplateProblem(_near(error, document), f"thẻ không dùng được: {error}") from error
    for part in _texts(document):
        show_blanks(part)
    placing.drop_empty_end(document.docx.element.body)
    return document


def _check_package(template: Path) -> None:
    """A .docx is an archive with a document in it and no macros, of a size that can be held in memory."""
    try:
        with zipfile.ZipFile(template) as archive:
            infos = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise TemplateProblem("(cả tệp)", f"không mở được tệp Word: {error}") from error
    names = {info.filename for info in infos}
    if "word/document.xml" not in names:
        raise TemplateProblem("(cả tệp)", "không phải tệp Word (.docx)")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise TemplateProblem("(cả tệp)", "tệp có macro, cần lưu lại thành .docx")
    if sum(info.file_size for info in infos) > _MOST_BYTES:
        raise TemplateProblem("(cả tệp)", "tệp quá lớn")


def _near_syntax(error: Exception) -> str:
    """The paragraph of a tag that cannot be read, as docxtpl found it."""
    lines = [str(line).strip() for line in getattr(error, "docx_context", ())]
    tagged = [line for line in lines if "{" in line]
    return (tagged or lines or [_SOMEWHERE])[-1][:120]


def _near(error: Exception, document: Any) -> str:
    """The paragraph of a tag that cannot be filled: jinja's traceback counts the lines of its source."""
    lines = [frame.tb_lineno for frame in _frames(error) if frame.tb_frame.f_code.co_filename == "<template>"]
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(document.get_xml())).splitlines()
    if not lines or lines[-1] > len(source):
        return _SOMEWHERE
    return re.sub(r"<[^>]+>", "", source[lines[-1] - 1]).strip()[:120] or _SOMEWHERE


def _frames(error: Exception) -> Iterator[Any]:
    frame = error.__traceback__
    while frame is not None:
        yield frame
        frame = frame.tb_next


def as_data(value: Any) -> Any:
    """The context with every text escaped, underscores too: docxtpl turns a rendered "{_{" into "{{"."""
    if isinstance(value, str):
        return Markup(str(escape(value)).replace("_", "&#95;"))
    if isinstance(value, Mapping):
        return {key: as_data(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(one) for one in value]
    return value


def _texts(document: Any) -> Iterator[Any]:
    """The elements that hold a document's text: its body, headers and footers."""
    yield document.docx.element.body
    for section in document.docx.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                yield part._element


def show_blanks(element: Any) -> None:
    """Turns blanks into runs of highlighted dots that keep the font and weight of the text around them."""
    for text in list(element.iter(qn("w:t"))):
        if text.text and any(blank in text.text for blank in _DOTS):
            _divide(text)


def _divide(text: Any) -> None:
    """Replaces the run of one text by runs of plain text and of dots."""
    run = text.getparent()
    properties = run.find(qn("w:rPr"))
    before = [child for child in text.itersiblings(preceding=True) if child is not properties]
    after = list(text.itersiblings())
    pieces = []
    if before:
        pieces.append(_run(properties, list(reversed(before))))
    pieces += [_piece(properties, piece) for piece in _pieces(text.text)]
    if after:
        pieces.append(_run(properties, after))
    for piece in pieces:
        run.addprevious(piece)
    run.getparent().remove(run)


def _pieces(text: str) -> Iterator[str]:
    """Blanks apart from what stands between them."""
    plain = ""
    for character in text:
        if character in _DOTS:
            if plain:
                yield plain
            plain = ""
            yield character
        else:
            plain += character
    if plain:
        yield plain


def _piece(properties: Any, piece: str) -> Any:
    text = OxmlElement("w:t")
    text.text = _DOTS.get(piece, piece)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run = _run(properties, [text])
    if piece in _DOTS:
        run.get_or_add_rPr().highlight_val = WD_COLOR_INDEX.YELLOW
    return run


def _run(properties: Any, children: Sequence[Any]) -> Any:
    run = OxmlElement("w:r")
    if properties is not None:
        run.append(copy.deepcopy(properties))
    for child in children:
        run.append(child)
    return run
