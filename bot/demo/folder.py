"""The folder that the demo leaves its files in: others' files stay, and its own are replaced as a whole.

The year is played in a folder beside; only once it is complete do its files take the place of the last run's.
Which files are the demo's own is written down in one of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from bot import troubles
from bot.config import SettingsError
from templates.wording import Wording

LIST = "ban-mau.txt"
LOCK = "matran.lock"
_LEFT_BEHIND = ("matran.db-wal", "matran.db-shm", LOCK)  # by the chat that follows
_FOLDERS = ("documents", "attachments", "backups")  # of the data folder


@dataclass(frozen=True, slots=True)
class Folder:
    """``out`` may not exist yet. Raises SettingsError where somebody else's file is in the way."""

    out: Path
    wording: Wording

    @contextmanager
    def staged(self, names: Iterable[str]) -> Iterator[Path]:
        """An empty folder on the same disk, gone afterwards; ``names`` are files that are known to come."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self._check([*names, LIST])
            self._check_unused()
            with tempfile.TemporaryDirectory(dir=self.out, prefix=".matran-mau-") as folder:
                yield Path(folder)
        except OSError as error:
            raise SettingsError(self._say("unusable", cause=troubles.cause(error))) from error

    def replace(self, stage: Path) -> None:
        """The files of ``stage`` take the place of the last run's."""
        made = sorted(_files(stage))
        self._check([*made, LIST])
        for name in self._own():
            (self.out / name).unlink(missing_ok=True)
        for name in made:
            (self.out / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).replace(self.out / name)
        self._write_list([*made, *_LEFT_BEHIND])
        self._remove_empty()

    @contextmanager
    def adopting(self) -> Iterator[None]:
        """What appears in the data folder within is the demo's own as well: photos, backups, drafts."""
        before = self._in_folders()
        try:
            yield
        finally:
            self._write_list([*self._own(), *sorted(self._in_folders() - before)])

    def _check(self, names: Iterable[str]) -> None:
        own = self._own()
        if foreign := next((name for name in names if name not in own and (self.out / name).exists()), None):
            raise SettingsError(self._say("foreign", name=foreign))

    def _check_unused(self) -> None:
        """Nobody may be in a chat on the last run's database while it is replaced."""
        file = self.out / LOCK
        if file.exists():
            try:
                with FileLock(file, blocking=False):
                    return
            except Timeout:
                raise SettingsError(self._say("in_use")) from None

    def _own(self) -> list[str]:
        """The files of the last run, as its list names them: only such as lie within the folder."""
        file = self.out / LIST
        if not file.is_file():
            return []
        first, *names = file.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        if first != self._headline():
            return []  # somebody else's file of that name
        return [LIST, *(name for name in names if name and _lies_within(self.out, name))]

    def _write_list(self, names: Iterable[str]) -> None:
        listed = [self._headline(), *dict.fromkeys(name for name in names if name != LIST)]
        (self.out / LIST).write_text("\n".join(listed) + "\n", encoding="utf-8")

    def _headline(self) -> str:
        return f"# {self.wording.say('demo.folder.list')}"

    def _remove_empty(self) -> None:
        """Folders of the last run in which nothing is left."""
        for top in _FOLDERS:
            inner = [path for path in (self.out / top).rglob("*") if path.is_dir()]
            for folder in sorted(inner, key=lambda path: -len(path.parts)):
                with suppress(OSError):  # not empty
                    folder.rmdir()

    def _in_folders(self) -> set[str]:
        return {f"{top}/{name}" for top in _FOLDERS for name in _files(self.out / top)}

    def _say(self, key: str, **values: object) -> str:
        return self.wording.say(f"demo.folder.{key}", folder=self.out, **values)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _lies_within(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())
