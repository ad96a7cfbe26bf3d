"""Children stand back: chats go first, and they do not crowd the program's own core."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_ONE_CORE = """
import os, subprocess, sys
os.sched_setaffinity(0, range(os.cpu_count()))
cores = os.sched_getaffinity(0)
os.sched_setaffinity(0, {min(cores)})
from jobs.child import born_anywhere
ask = [sys.executable, "-c", "import os; print(len(os.sched_getaffinity(0)))"]
with born_anywhere():
    born = int(subprocess.run(ask, capture_output=True, check=True).stdout)
print(born == len(cores), os.sched_getaffinity(0) == {min(cores)})
"""
_CHILD = """
import os
os.sched_setaffinity(0, range(os.cpu_count()))
cores = os.sched_getaffinity(0)
os.sched_setaffinity(0, {min(cores)})
before = os.nice(0)
from jobs.child import stand_back
stand_back()
print(os.nice(0) - before, os.sched_getaffinity(0) == cores)
"""


pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not tell cores apart"
)


def test_a_child_is_less_urgent_and_takes_any_core() -> None:
    said = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["5", "True"]


def test_it_is_born_on_any_core_of_a_parent_that_stays_on_one() -> None:
    said = subprocess.run([sys.executable, "-c", _ONE_CORE], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]
