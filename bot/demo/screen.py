"""What the person at the computer sees of the demo: how far the year is, then what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.demo.script import Line, Moves, Says
from templates.commune import Commune
from templates.figures import Figure, State
from templates.style import short_day
from templates.wording import Wording

SHOWN = (
    *("dau_viec", "van_ban", "hoi_nghi", "tuyen_truyen_cuoc", "tuyen_truyen_nguoi", "gia_dinh_van_hoa"),
    *("quy_tien", "quy_chi", "qua_luot", "cuu_tro_tien", "nha", "nha_kinh_phi", "hang_viet_cuoc"),
    *("hang_viet_nguoi", "bhyt", "cu_tri_luot", "cu_tri_y_kien", "ban_ctmt", "ban_ctmt_nguoi", "uy_ban"),
)
OnLine = Callable[[Line], None]


class Screen:
    """A progress bar on a terminal, else a line for each month."""

    def __init__(self, wording: Wording, console: Console | None = None) -> None:
        self._wording = wording
        self.console = console or Console(highlight=False, soft_wrap=not Console().is_terminal)

    def say(self, key: str, **values: object) -> None:
        self.console.print(self._wording.say(f"demo.{key}", **values), markup=False)

    def opening(self, commune: Commune, lines: Sequence[Line]) -> None:
        days = [short_day(line.at.date()) for line in lines if isinstance(line, Moves)]
        hamlets = f"{len(commune.hamlets)} {commune.hamlet_word}"
        self.say("opening", commune=commune.title, hamlets=hamlets, first=days[0], last=days[-1])

    @contextmanager
    def playing(self, lines: Sequence[Line]) -> Iterator[OnLine]:
        """What is to be told of every line that is played."""
        if not self.console.is_terminal:
            plain = _Plain(lambda month, count: self.say("month", month=month, messages=count))
            yield plain.on_line
            plain.month_ends()
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"))
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(self._wording.say("demo.running"), total=len(lines), day="")

            def on_line(line: Line) -> None:
                bar.advance(task)
                if isinstance(line, Moves):
                    bar.update(task, day=short_day(line.at.date()))

            yield on_line

    def figures(self, figures: Mapping[str, Figure]) -> None:
        """Those that have a number: ratios carry their unit already."""
        self.say("figures")
        for figure in (figures[name] for name in SHOWN if figures[name].state is State.VALUE):
            unit = "" if figure.is_ratio else figure.unit
            self.say("figure", label=figure.label, value=f"{figure.text} {unit}".strip())

    def files(self, named: Mapping[str, str]) -> None:
        """``named``: what each file is, by its name."""
        width = max(map(len, named))
        for name, what in named.items():
            self.say("file", name=name.ljust(width), what=self._wording.say(f"demo.{what}"))


class _Plain:
    """Counts the messages of a month, and tells them when the next begins."""

    def __init__(self, tell: Callable[[str, int], None]) -> None:
        self._tell, self._month, self._count = tell, "", 0

    def on_line(self, line: Line) -> None:
        if isinstance(line, Says):
            self._count += 1
        elif isinstance(line, Moves) and f"{line.at:%m/%Y}" != self._month:
            self.month_ends()
            self._month = f"{line.at:%m/%Y}"

    def month_ends(self) -> None:
        if self._count:
            self._tell(self._month, self._count)
        self._count = 0
