"""What a backlog workbook is known by, and where in it things stand.

Without the library that reads cells: looking whether a file is one costs the running program nothing.
"""

from __future__ import annotations

IDENTITY, MARK = "_matran", "matran-nhap-bu/1"  # the hidden sheet, and what its first cell says
HOW, PREVIOUS = "@cach_ghi", "@nam_truoc"  # the column that tells totals; the sheet of last year's figures
HEADS, FIRST = 3, 4  # rows: the headings, and the first to fill
MOST_ROWS = 5_000
SOURCE_CELL, UNIT_CELL, YEAR_CELL = "B4", "B3", "C2"
