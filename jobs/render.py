"""Rendering a document in a child process, so that chats are not held up and its memory is given back.

``python -m jobs.render`` reads one job as JSON from standard input and prints one line of JSON. `render` and
`check` start it, wait for it at most so long, and say what went wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from jobs.child import born_anywhere, one_job

if TYPE_CHECKING:
    from asyncio.subprocess import Process

LIMIT = 30.0  # seconds; a usual report takes less than one


@dataclass(frozen=True, slots=True)
class Job:
    """A document to render: ``context`` is what JSON can hold, ``output`` where it goes once it is whole.

    ``pictures`` are those that the context marks, as `templates.rendering` takes them.
    """

    template: Path
    context: Mapping[str, Any]
    output: Path
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class RenderFailed(Exception):
    """No document: ``reason`` is timeout, crash, template or disk; ``detail`` is for the log and the owner.

    With reason template, ``key`` is the place in the template and ``detail`` what was expected there.
    """

    def __init__(self, reason: str, detail: str = "", key: str = "") -> None:
        super().__init__(": ".join(filter(None, (reason, key, detail))))
        self.reason, self.detail, self.key = reason, detail, key


async def render(job: Job, limit: float = LIMIT) -> None:
    """Writes ``job.output`` whole or not at all; raises RenderFailed."""
    asked = question(job)
    try:
        judge(await ask_child("jobs.render", asked, limit))
    finally:
        asked["unfinished"].unlink(missing_ok=True)  # a killed child leaves it


async def check(template: Path, contexts: Sequence[Mapping[str, Any]], limit: float = LIMIT) -> None:
    """Trial renderings of a template with every context; raises RenderFailed."""
    asked = {"do": "check", "template": template, "contexts": list(contexts)}
    judge(await ask_child("jobs.render", asked, limit))


def question(job: Job) -> dict[str, Any]:
    """What `done` is asked for a document; "unfinished" is where it is written before it has its name."""
    unfinished = job.output.with_name(f".{job.output.name}.{uuid4().hex[:8]}")
    told = {each.name: getattr(job, each.name) for each in fields(job)}  # asdict would copy the whole context
    return {"do": "render", **told, "unfinished": unfinished}


def judge(answer: Mapping[str, Any]) -> None:
    """Raises RenderFailed unless the child said that all is well."""
    if not answer["ok"]:
        raise RenderFailed(answer["reason"], answer["detail"], answer.get("key", ""))


async def start_child(module: str) -> Process:
    """The module's child process, with pipes to and from it."""
    # Imported here: the child, which runs this module too, starts faster without it.
    import asyncio

    # What is secret in the environment is none of the child's business.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MATRAN_")}
    with born_anywhere():
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )


async def end_child(child: Process) -> None:
    """Ends it, if it has not ended, and closes its pipes; nothing is left of it also where the caller is
    cancelled meanwhile."""
    import asyncio

    if child.returncode is None:
        with suppress(ProcessLookupError):  # gone in the meantime
            child.kill()
    ending, cancelled = asyncio.ensure_future(child.communicate()), False
    while not ending.done():
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:  # the child is dead: this takes a moment only
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError


async def ask_child(module: str, job: Mapping[str, Any], limit: float) -> dict[str, Any]:
    """What the module's child process answers to one job, as JSON; RenderFailed: timeout or crash."""
    import asyncio

    child = await start_child(module)
    try:
        said, errors = await asyncio.wait_for(child.communicate(json.dumps(job, default=str).encode()), limit)
    except TimeoutError:
        raise RenderFailed("timeout", f"{limit:g} s") from None
    finally:
        await end_child(child)
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        trace = errors.decode(errors="replace").strip()
        raise RenderFailed("crash", f"{child.returncode}: {trace[-500:]}") from None
    return answer


def done(job: Mapping[str, Any]) -> dict[str, Any]:
    """In the child: what came of one job."""
    from templates import rendering

    try:
        if job["do"] == "check":
            rendering.check(Path(job["template"]), job["contexts"])
        else:
            unfinished = Path(job["unfinished"])
            rendering.render(Path(job["template"]), job["context"], unfinished, job["pictures"])
            _settle(unfinished, Path(job["output"]))
    except rendering.TemplateProblem as problem:
        return {"ok": False, "reason": "template", "key": problem.key, "detail": problem.expected}
    except OSError as error:
        return {"ok": False, "reason": "disk", "detail": str(error)}
    return {"ok": True}


def _settle(unfinished: Path, output: Path) -> None:
    """Renames the file once its bytes are on the disk: the name never holds half a document."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(output)


if __name__ == "__main__":
    raise SystemExit(one_job(done))
