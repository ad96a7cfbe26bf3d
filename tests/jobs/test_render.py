"""The child process that renders: whole documents or none, and a reason for whoever can act on it."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jobs import render
from jobs.render import Job, RenderFailed
from templates import documents

REPORT = documents.load()
FULL, EMPTY, NOTHING = documents.trial_contexts(REPORT)


def run(job: Job, limit: float = render.LIMIT) -> None:
    asyncio.run(render.render(job, limit))


def own_template(tmp_path: Path, *paragraphs: str) -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(tmp_path / "own.docx"))
    return tmp_path / "own.docx"


def test_a_document_appears_whole_and_alone(tmp_path: Path) -> None:
    target = tmp_path / "bao-cao.docx"
    run(Job(REPORT.template, FULL, target))
    assert Document(str(target)).paragraphs[0].text == "DỰ THẢO LẦN 1"
    assert list(tmp_path.iterdir()) == [target]


def test_an_earlier_document_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "bao-cao.docx"
    target.write_bytes(b"old")
    run(Job(REPORT.template, EMPTY, target))
    assert target.read_bytes()[:2] == b"PK"


def test_a_child_over_its_time_is_killed_and_leaves_nothing(tmp_path: Path) -> None:
    endless = own_template(
        tmp_path, "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )
    begun = time.monotonic()
    with pytest.raises(RenderFailed) as caught:
        run(Job(endless, {}, tmp_path / "out.docx"), limit=0.8)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - begun < 5
    assert list(tmp_path.iterdir()) == [endless]


def test_cancelling_kills_the_child(tmp_path: Path) -> None:
    endless = own_template(
        tmp_path, "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )

    async def cancelled() -> None:
        async with asyncio.timeout(0.5):
            await render.render(Job(endless, {}, tmp_path / "out.docx"))

    with pytest.raises(TimeoutError):
        asyncio.run(cancelled())
    assert list(tmp_path.iterdir()) == [endless]


def test_a_wrong_template_is_named(tmp_path: Path) -> None:
    wrong = own_template(tmp_path, "Có {{ so.khong_co }} cuộc.")
    with pytest.raises(RenderFailed) as caught:
        run(Job(wrong, FULL, tmp_path / "out.docx"))
    assert caught.value.reason == "template"
    assert caught.value.key == "Có {{ so.khong_co }} cuộc."
    assert "khong_co" in caught.value.detail
    assert not (tmp_path / "out.docx").exists()


def test_a_missing_template_is_the_templates_fault(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed, match="template"):
        run(Job(tmp_path / "khong-co.docx", FULL, tmp_path / "out.docx"))


def test_a_folder_that_cannot_be_written_is_the_disks_fault(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed) as caught:
        run(Job(REPORT.template, FULL, tmp_path / "khong-co" / "out.docx"))
    assert caught.value.reason == "disk"


def test_a_child_that_dies_is_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\necho gone >&2\nexit 7\n")
    dying.chmod(dying.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(dying))
    with pytest.raises(RenderFailed) as caught:
        run(Job(REPORT.template, FULL, tmp_path / "out.docx"))
    assert (caught.value.reason, caught.value.detail) == ("crash", "7: gone")


def test_secrets_stay_with_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shows = tmp_path / "python"
    shows.write_text("#!/bin/sh\nenv | grep -o MATRAN_.* >&2\n")
    shows.chmod(shows.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(shows))
    monkeypatch.setenv("MATRAN_TELEGRAM_TOKEN", "geheim")
    with pytest.raises(RenderFailed) as caught:
        run(Job(REPORT.template, FULL, tmp_path / "out.docx"))
    assert (caught.value.reason, caught.value.detail) == ("crash", "1: ")


def test_what_a_dying_child_left_unfinished_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = tmp_path / "python"
    leaves.write_text(
        '#!/bin/sh\ntouch "$(sed \'s/.*"unfinished": "\\([^"]*\\)".*/\\1/\')" && echo left >&2\n'
    )
    leaves.chmod(leaves.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(leaves))
    with pytest.raises(RenderFailed, match="left"):
        run(Job(REPORT.template, FULL, tmp_path / "out.docx"))
    assert list(tmp_path.iterdir()) == [leaves]


def test_trial_renderings() -> None:
    asyncio.run(render.check(REPORT.template, [FULL, EMPTY, NOTHING]))


def test_a_trial_rendering_finds_what_only_fails_without_data(tmp_path: Path) -> None:
    wrong = own_template(tmp_path, "{% if not lan %}{{ la }}{% endif %}")
    with pytest.raises(RenderFailed, match="la"):
        asyncio.run(render.check(wrong, [FULL, EMPTY]))


def child(script: str, job: Any = None) -> subprocess.CompletedProcess[str]:
    given = json.dumps(job, default=str) if job is not None else ""
    return subprocess.run(
        [sys.executable, "-c", script],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )


def test_the_child_loads_neither_the_program_nor_what_it_does_not_need() -> None:
    script = (
        "import sys, jobs.render, templates.rendering\n"
        "print(*(n for n in ('bot', 'storage', 'asyncio', 'pydantic', 'babel') if n in sys.modules))"
    )
    assert child(script).stdout.split() == []
