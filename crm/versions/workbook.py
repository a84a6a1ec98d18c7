"""The worksheet as a workbook: goals down, strategies across, live sums, to be filled in anywhere."""

import io
import zlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from crm.alignment.models import MARKS, SERVES
from crm.versions import layout as at
from crm.versions.sheet import Kept
from reports.text import clean

FILLS = {9: ("#0B6E69", "#FFFFFF"), 3: ("#7CBFB8", "#04211F"), 1: ("#D5EBE8", "#16302F")}
HELP_LINES = (
    ("How to fill this in", "title"),
    ("1. Marks", "head"),
    ("In the sheet Matrix, say for each goal (down) how strongly each strategy (across) serves it.", "text"),
    ("9 strongly · 3 clearly · 1 weakly · 0 not at all. Leave a cell empty where you cannot say.", "text"),
    ("An empty cell erases nothing: what Plumbline holds there stays.", "text"),
    ("2. Weights", "head"),
    ("A weight is a whole number from 0 to 100. Only the proportion counts: 20 weighs twice as much as 10.",
     "text"),
    ("3. Reasons", "head"),
    ("In the sheet Notes, say why: choose goal and strategy, then write. A 9 wants a reason.", "text"),
    ("4. New goals and strategies", "head"),
    ("Type a new goal into one of the empty rows below the others, a new strategy into one of the empty "
     "columns. You may also sort, move and rename: Plumbline knows them again.", "text"),
    ("Removing a row removes nothing from Plumbline.", "text"),
    ("5. Back to Plumbline", "head"),
    ("Save as XLSX and upload it on the page of the worksheet. Plumbline first shows what would change, and "
     "says where a cell cannot be read; where somebody else changed the same cell meanwhile, you choose.",
     "text"),
    ("What the sums mean", "head"),
    ("T: the sum of a strategy's marks, each times the share that the goal has of all weight. Share: its "
     "part of all T. Strength: the sum of a goal's marks. Coverage: the weight of the goals with a mark of 3 "
     "or more. Density: the cells above 0.", "text"),
)  # fmt: skip


def workbook_of(sheet: Kept, content: str, digest: str, title: str) -> bytes:
    """The workbook. `content` is hidden in it: what it was made from, to know what was changed where."""
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": clean(f"Alignment worksheet: {title}"), "author": "Plumbline"})
    styles = Styles(book)
    _Matrix(sheet, book.add_worksheet(at.MATRIX), styles).write()
    _write_notes(sheet, book.add_worksheet(at.NOTES), styles)
    _write_help(book.add_worksheet(at.HELP), styles)
    _write_hidden(sheet, book.add_worksheet(at.HIDDEN), content, digest)
    book.close()
    return out.getvalue()


class Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook):
        body = {"font_name": "Calibri", "font_size": 11, "font_color": "#16302F", "valign": "vcenter"}
        head = body | {"bold": True, "bg_color": "#E2F1EF", "text_wrap": True}
        edge = {"border": 1, "border_color": "#C5D5D2"}
        sums = body | {"bold": True, "top": 1, "top_color": "#0B6E69"}
        made = {
            "text": body | {"text_wrap": True},
            "title": body | {"bold": True, "font_size": 18, "font_color": "#0B6E69"},
            "head": head,
            "across": head | {"rotation": 60, "align": "center", "valign": "bottom"},
            "goal": body | {"text_wrap": True, "bold": True} | edge,
            "weight": body | {"align": "center"} | edge,
            "mark": body | {"align": "center"} | edge,
            "sum": sums | {"align": "center", "num_format": "0.00;-0.00;0"},
            "share": sums | {"align": "center", "num_format": "0.0 %"},
            "sum_label": sums,
            "side": body | {"align": "center", "num_format": "0;-0;–"},
            "side_share": body | {"align": "center", "num_format": "0.0 %"},
            "key": body | {"font_color": "#9DB3B1"},
        }
        self.named = {name: book.add_format(said) for name, said in made.items()}
        self.marks = {
            mark: book.add_format({"bg_color": fill, "font_color": ink, "bold": mark == 9})
            for mark, (fill, ink) in FILLS.items()
        }

    def __getitem__(self, name: str) -> Format:
        return self.named[name]


@dataclass
class _Matrix:
    """The sheet with the matrix, and where things stand on it."""

    sheet: Kept
    page: Worksheet
    styles: Styles

    @property
    def last_goal(self) -> int:
        return at.FIRST_GOAL + len(self.sheet.goals) + at.SPARE_GOALS - 1

    @property
    def last_strategy(self) -> int:
        return at.FIRST_STRATEGY + len(self.sheet.strategies) + at.SPARE_STRATEGIES - 1

    @cached_property
    def weights(self) -> str:
        return self._range(at.FIRST_GOAL, at.WEIGHT_COLUMN, self.last_goal, at.WEIGHT_COLUMN)

    def _range(self, row: int, column: int, last_row: int, last_column: int) -> str:
        corners = (row, column), (last_row, last_column)
        return ":".join(xl_rowcol_to_cell(*corner, row_abs=True, col_abs=True) for corner in corners)

    def write(self) -> None:
        self._heads()
        for row, goal in enumerate(self.sheet.goals, at.FIRST_GOAL):
            self._goal(row, goal)
        for row in range(at.FIRST_GOAL + len(self.sheet.goals), self.last_goal + 1):
            self._cells(row, [None] * len(self.sheet.strategies))
            self._side(row, 0, 0, 0.0)
        self._sums()
        self._rules()
        self._print()

    def _text(self, row: int, column: int, text: str | None, style: str) -> None:
        if text is None:
            self.page.write_blank(row, column, None, self.styles[style])
        else:
            self.page.write_string(row, column, clean(text)[: at.CELL], self.styles[style])

    def _heads(self) -> None:
        self._text(at.KEY_ROW, at.KEY_COLUMN, "plumbline", "key")
        for column, label in ((at.KEY_COLUMN, "Key"), (at.GOAL_COLUMN, "Goal"), (at.WEIGHT_COLUMN, "Weight")):
            self._text(at.HEAD_ROW, column, label, "head")
        for column, one in enumerate(self.sheet.strategies, at.FIRST_STRATEGY):
            self._text(at.KEY_ROW, column, at.strategy_key(one.id), "key")
            self._text(at.HEAD_ROW, column, one.statement, "across")
        for column in range(at.FIRST_STRATEGY + len(self.sheet.strategies), self.last_strategy + 1):
            self._text(at.HEAD_ROW, column, None, "across")
        for column, label in enumerate(("Share of weight", "Strength", "Best mark"), self.last_strategy + 1):
            self._text(at.KEY_ROW, column, at.SUM, "key")
            self._text(at.HEAD_ROW, column, label, "head")

    def _goal(self, row: int, goal) -> None:
        place, score = row - at.FIRST_GOAL, self.sheet.score
        marks = self.sheet.marks[place]
        self._text(row, at.KEY_COLUMN, at.goal_key(goal.id), "key")
        known = [
            mark if (goal.id, one.id) in self.sheet.relations else None
            for mark, one in zip(marks, self.sheet.strategies, strict=True)
        ]
        self._cells(row, known, goal)
        self._side(row, sum(marks), max(marks, default=0), float(score.weights[place]) if score else 0.0)

    def _cells(self, row: int, marks: list[int | None], goal=None) -> None:
        self._text(row, at.GOAL_COLUMN, goal.statement if goal else None, "goal")
        cells = [(at.WEIGHT_COLUMN, goal.weight if goal else None, "weight")]
        spare = [None] * at.SPARE_STRATEGIES
        cells += [(column, mark, "mark") for column, mark in enumerate(marks + spare, at.FIRST_STRATEGY)]
        for column, value, style in cells:
            if value is None:
                self.page.write_blank(row, column, None, self.styles[style])
            else:
                self.page.write_number(row, column, value, self.styles[style])

    def _side(self, row: int, strength: int, best: int, share: float) -> None:
        """What is reckoned of one goal, live."""
        ends = (at.FIRST_STRATEGY, self.last_strategy)
        own = ":".join(xl_rowcol_to_cell(row, end, col_abs=True) for end in ends)
        weight = xl_rowcol_to_cell(row, at.WEIGHT_COLUMN, col_abs=True)
        shared = f"=IF(SUM({self.weights})=0,0,{weight}/SUM({self.weights}))"
        first = self.last_strategy + 1
        self.page.write_formula(row, first, shared, self.styles["side_share"], share)
        self.page.write_formula(row, first + 1, f"=SUM({own})", self.styles["side"], strength)
        self.page.write_formula(row, first + 2, f"=MAX({own})", self.styles["side"], best)

    def _sums(self) -> None:
        """T and share of each strategy, coverage and density of all, live."""
        score, row = self.sheet.score, self.last_goal + 1
        for place, label in enumerate(("T: contribution", "Share", "Coverage", "Density")):
            self._text(row + place, at.KEY_COLUMN, at.SUM, "key")
            self._text(row + place, at.GOAL_COLUMN, label, "sum_label")
            self._text(row + place, at.WEIGHT_COLUMN, None, "sum_label")
        all_t = self._range(row, at.FIRST_STRATEGY, row, self.last_strategy)
        spare = [0.0] * at.SPARE_STRATEGIES
        nothing = [0.0] * len(self.sheet.strategies)
        contributions = [*(map(float, score.contributions) if score else nothing), *spare]
        shares = [*(map(float, score.shares) if score else nothing), *spare]
        for column, (t, share) in enumerate(zip(contributions, shares, strict=True), at.FIRST_STRATEGY):
            letter = xl_col_to_name(column)
            own = f"{letter}${at.FIRST_GOAL + 1}:{letter}${self.last_goal + 1}"
            weighed = f"SUMPRODUCT({self.weights},{own})/SUM({self.weights})"
            live = f"=IF(SUM({self.weights})=0,0,{weighed})"
            self.page.write_formula(row, column, live, self.styles["sum"], t)
            live = f"=IF(SUM({all_t})=0,0,{letter}${row + 1}/SUM({all_t}))"
            self.page.write_formula(row + 1, column, live, self.styles["share"], share)
        self._whole(row + 2)

    def _whole(self, row: int) -> None:
        best = self._range(at.FIRST_GOAL, self.last_strategy + 3, self.last_goal, self.last_strategy + 3)
        covered = f'SUMIF({best},">={SERVES}",{self.weights})/SUM({self.weights})'
        live = f"=IF(SUM({self.weights})=0,0,{covered})"
        column = at.FIRST_STRATEGY
        self.page.write_formula(row, column, live, self.styles["share"], self.sheet.coverage)
        cells = self._range(at.FIRST_GOAL, at.FIRST_STRATEGY, self.last_goal, self.last_strategy)
        goals = self._range(at.FIRST_GOAL, at.GOAL_COLUMN, self.last_goal, at.GOAL_COLUMN)
        heads = self._range(at.HEAD_ROW, at.FIRST_STRATEGY, at.HEAD_ROW, self.last_strategy)
        number = f"(COUNTA({goals})*COUNTA({heads}))"
        live = f'=IF({number}=0,0,COUNTIF({cells},">0")/{number})'
        self.page.write_formula(row + 1, column, live, self.styles["share"], self.sheet.density)

    def _rules(self) -> None:
        """What may be typed where, and how marks look: by number, by fill and by weight of the letters."""
        corners = (at.FIRST_GOAL, at.FIRST_STRATEGY, self.last_goal, self.last_strategy)
        self.page.data_validation(
            *corners,
            {
                "validate": "list", "source": [str(mark) for mark in MARKS], "ignore_blank": True,
                "error_title": "A mark is 0, 1, 3 or 9",
                "error_message": "9 strongly, 3 clearly, 1 weakly, 0 not at all.",
            },
        )  # fmt: skip
        self.page.data_validation(
            at.FIRST_GOAL, at.WEIGHT_COLUMN, self.last_goal, at.WEIGHT_COLUMN,
            {
                "validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100,
                "error_title": "A weight is 0 to 100", "error_message": "Give a whole number from 0 to 100.",
            },
        )  # fmt: skip
        for mark, style in self.styles.marks.items():
            rule = {"type": "cell", "criteria": "==", "value": mark, "format": style}
            self.page.conditional_format(*corners, rule)

    def _print(self) -> None:
        page = self.page
        page.set_row(at.KEY_ROW, None, None, {"hidden": True})
        page.set_row(at.HEAD_ROW, 150)
        page.set_column(at.KEY_COLUMN, at.KEY_COLUMN, None, None, {"hidden": True})
        page.set_column(at.GOAL_COLUMN, at.GOAL_COLUMN, 42)
        page.set_column(at.WEIGHT_COLUMN, at.WEIGHT_COLUMN, 9)
        page.set_column(at.FIRST_STRATEGY, self.last_strategy, 7)
        page.set_column(self.last_strategy + 1, self.last_strategy + 3, 10)
        page.freeze_panes(at.FIRST_GOAL, at.FIRST_STRATEGY)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(at.HEAD_ROW)


def _write_notes(sheet: Kept, page: Worksheet, styles: Styles) -> None:
    for column, label in enumerate(("Goal key", "Strategy key", "Goal", "Strategy", "Why")):
        page.write_string(0, column, label, styles["head"])
    noted = [cell for cell in sheet.relations.values() if cell.note]
    for row, cell in enumerate(noted, 1):
        said = (
            at.goal_key(cell.goal_id), at.strategy_key(cell.strategy_id), sheet.goal_titles[cell.goal_id],
            sheet.strategy_titles[cell.strategy_id], cell.note,
        )  # fmt: skip
        for column, text in enumerate(said):
            page.write_string(row, column, clean(text)[: at.CELL], styles["text"])
    last = len(noted) + at.SPARE_NOTES
    goals, strategies = len(sheet.goals) + at.SPARE_GOALS, len(sheet.strategies) + at.SPARE_STRATEGIES
    last_head = xl_col_to_name(at.FIRST_STRATEGY + strategies - 1)
    sources = {
        at.NOTE_GOAL: f"={at.MATRIX}!$B${at.FIRST_GOAL + 1}:$B${at.FIRST_GOAL + goals}",
        at.NOTE_STRATEGY: f"={at.MATRIX}!$D${at.HEAD_ROW + 1}:${last_head}${at.HEAD_ROW + 1}",
    }
    for column, source in sources.items():
        page.data_validation(1, column, last, column, {"validate": "list", "source": source})
    page.set_column(at.NOTE_GOAL_KEY, at.NOTE_STRATEGY_KEY, None, None, {"hidden": True})
    page.set_column(at.NOTE_GOAL, at.NOTE_STRATEGY, 38, styles["text"])
    page.set_column(at.NOTE_TEXT, at.NOTE_TEXT, 80, styles["text"])
    page.freeze_panes(1, 0)


def _write_help(page: Worksheet, styles: Styles) -> None:
    page.set_column(0, 0, 100)
    page.hide_gridlines(2)
    for row, (text, style) in enumerate(HELP_LINES):
        page.write_string(row, 0, text, styles[style])


def _write_hidden(sheet: Kept, page: Worksheet, content: str, digest: str) -> None:
    page.very_hidden()
    for row, (name, value) in enumerate(
        zip(at.META, (at.WORKBOOK, sheet.engagement_id, digest), strict=True)
    ):
        page.write_string(row, 0, name)
        page.write_string(row, 1, str(value))
    # Packed: not every character of a text may stand in a workbook as it is.
    packed = b64encode(zlib.compress(content.encode())).decode()
    for row, start in enumerate(range(0, len(packed), at.CELL), len(at.META)):
        page.write_string(row, 0, at.PART)
        page.write_string(row, 1, packed[start : start + at.CELL])
