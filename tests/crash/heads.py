"""Simulated heads. They know nothing of the program but what it writes to them, and behave like people: they
read before they answer, look through the summary and put right what is wrong. Where nothing comes for a while
they type once more what they typed last; where what comes is not what they expected, they first let it all
come."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.crash.wishes import Wish, wishes
from tests.fake_people import Person

_RECEIPT = re.compile(r"Đã ghi: phiếu số (\d+)")
_REVIEW = "Đúng thì gõ Đ"
_LINE = re.compile(r"^(\d+)\. ([^:\n]+): (.*)$", re.MULTILINE)
_NAME = re.compile(r"^(\d+)\. ", re.MULTILINE)
_NO_FORM = ("Đã hủy", "không có phiếu nào", "Chưa hiểu ý")  # what is said where no form is open
CONFIRM, GIVE_UP = "Đ", "hủy"
PATIENCE = (5.0, 10.0)  # seconds
DOUBLED = 0.1  # of what is typed, the platform delivers twice, under another number
SILENCE = 2.0  # seconds: an answer that waits its turn comes within one

Again = Callable[[dict[str, Any]], object]
"""How the platform delivers a message once more."""


class Head:
    """``stored`` is what the head was told is stored: the record's number, and what it has to say."""

    def __init__(self, person: Person, hamlet: str, again: Again, seed: int) -> None:
        self.person, self.hamlet, self._again = person, hamlet, again
        self.stored: dict[int, Wish] = {}
        self.typed = 0
        self._random = Random(seed)
        self._wishes: Iterator[Wish] = wishes(self._random, hamlet, f"{person.chat}")
        self._wish = next(self._wishes)
        self._last = ""
        self._asked: str | None = None  # the question that was answered last
        self._read = self._read_before = 0  # messages, now and when something was typed last
        self._owed = 0  # answers that have not come yet
        self._puzzled = False
        self._confirming = False

    async def report(self, enough: asyncio.Event) -> None:
        """Fills in one form after the other, until ``enough``; the one begun is finished."""
        self._type(self._wish.opening)
        while True:
            try:
                async with asyncio.timeout(self._patience()):
                    await self.person.hears(self._read + 1)
            except TimeoutError:
                self._nothing_comes()
                continue
            if self._reads() and enough.is_set():
                return
            self._puzzled = self._puzzled or not self._expected(self.person.last.text)
            if self._owed == 0 and not self._puzzled:
                self._respond()

    def _patience(self) -> float:
        heard = self._read > self._read_before
        return SILENCE if heard and self._puzzled else self._random.uniform(*PATIENCE)

    def _nothing_comes(self) -> None:
        if self._read > self._read_before:
            self._owed, self._puzzled = 0, False
            self._respond()
        else:
            self._type(self._last)
            self._puzzled = True  # there may now be two answers

    def _type(self, text: str) -> None:
        update = self.person.says(text)
        self.typed += 1
        if self._random.random() < DOUBLED:
            self._again(update)
        self._last, self._owed, self._read_before = text, self._owed + 1, self._read

    def _reads(self) -> bool:
        """Takes in what came; whether it says for the first time that the form is stored."""
        new = self.person.messages[self._read :]
        self._read += len(new)
        self._owed = max(0, self._owed - len(new))
        done = False
        for message in new:
            found = _RECEIPT.search(message.text)
            if found and int(found[1]) not in self.stored:
                self.stored[int(found[1])] = self._wish
                self._wish, self._confirming, self._asked = next(self._wishes), False, None
                done = True
        return done

    def _expected(self, text: str) -> bool:
        if _RECEIPT.search(text):
            return True
        if _REVIEW in text:
            return self._correction(text) is None
        return self._question(text) not in (None, self._asked)

    def _respond(self) -> None:
        text = self.person.last.text
        self._asked = None
        if _RECEIPT.search(text):
            self._type(self._wish.opening)
        elif _REVIEW in text:
            self._type(self._correction(text) or CONFIRM)
            self._confirming = self._last == CONFIRM
        elif (question := self._question(text)) is not None:
            self._type(self._wish.said[question])
            self._asked = question
        elif self._confirming:
            self._type(CONFIRM)
        else:
            self._type(self._wish.opening if any(said in text for said in _NO_FORM) else GIVE_UP)

    def _question(self, text: str) -> str | None:
        """The question that stands last in the text."""
        at, question = max((text.rfind(question), question) for question in self._wish.said)
        return question if at >= 0 else None

    def _correction(self, text: str) -> str | None:
        """What puts the summary right; None where nothing has to be."""
        if self._wish.absent:
            listed = {int(number) for number in _NAME.findall(text)}
            return None if listed == self._wish.absent else next(iter(self._wish.said.values()))
        lines = {heading: (number, shown) for number, heading, shown in _LINE.findall(text)}
        for heading, shown in self._wish.shown.items():
            if heading not in lines:
                return GIVE_UP  # the summary of another form
            if lines[heading][1].lower() != shown.lower():
                return str(lines[heading][0])
        return None
