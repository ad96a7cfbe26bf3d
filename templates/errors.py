"""What is wrong in a data file, said to the computer's owner: the file, the key, what was expected."""

from __future__ import annotations

from pathlib import Path


class TemplateError(Exception):
    """A form, wording, figures or document file cannot be used.

    ``file`` and ``key`` name the place, ``expected`` says what was looked for there.
    """

    def __init__(self, file: Path | str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: {expected}")
        self.file, self.key, self.expected = str(file), key, expected
