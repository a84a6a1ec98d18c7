"""How the workbook of a worksheet is laid out: the same for whoever writes it and whoever reads it back.

Row 1 and column A of the matrix are hidden and say which strategy and which goal stands there, so that rows
and columns may be moved, sorted and renamed. Counted from 0.
"""

MATRIX, NOTES, HELP, HIDDEN = "Matrix", "Notes", "How to fill this in", "Plumbline"
KEY_ROW, HEAD_ROW, FIRST_GOAL = 0, 1, 2
KEY_COLUMN, GOAL_COLUMN, WEIGHT_COLUMN, FIRST_STRATEGY = 0, 1, 2, 3
#: Room for goals and strategies that are added by hand.
SPARE_GOALS, SPARE_STRATEGIES = 6, 4
#: What stands in the hidden row and column where there is no goal and no strategy, but a sum.
SUM = "="
#: The columns of the notes; the first two are hidden and name the cell.
NOTE_GOAL_KEY, NOTE_STRATEGY_KEY, NOTE_GOAL, NOTE_STRATEGY, NOTE_TEXT = range(5)
SPARE_NOTES = 60
#: The most that a cell of a workbook holds.
CELL = 32_767
#: The hidden sheet: a name and a value in each row; the content in as many rows as it takes.
META, PART = ("format", "engagement", "digest"), "content"
WORKBOOK = "plumbline-worksheet-xlsx/1"


def goal_key(number: int) -> str:
    return f"G{number}"


def strategy_key(number: int) -> str:
    return f"S{number}"
