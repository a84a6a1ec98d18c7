"""The recipe of an evaluation: its assumptions, and the pandas that makes the page's numbers out of them."""

from crm.economics.models import LineKind
from crm.economics.reckoning import Reckoned, name_of
from reports.notebook import Cell, words, write_notebook

SET_UP = "import pandas as pd\n\npd.set_option('display.width', 120)"

FLOWS = """\
years = pd.RangeIndex(HORIZON + 1, name="year")

def flows(lines):
    money = pd.DataFrame(0.0, index=years, columns=KINDS)
    for line in lines.itertuples():
        money.loc[line.first_year : line.last_year, line.kind] += line.amount * line.quantity
    return money

def present(money):
    return money.div((1 + RATE) ** years.to_numpy(), axis=0)

def net_present_value(lines):
    sums = present(flows(lines)).sum()
    return sums.drop("cost").sum() - sums["cost"]

flows(lines)"""

RETURNS = """\
sums = present(flows(lines)).sum()
cost, benefit = sums["cost"], sums.drop("cost").sum()
print(sums.round(2).to_string())
print(f"NPV {net_present_value(lines):.2f}")
if cost > 0:
    print(f"ROI {benefit / cost - 1:.4f}, of cash alone {sums['cash_released'] / cost - 1:.4f}")"""

TORNADO = """\
bars = []
for line in lines[lines["low"].notna()].itertuples():
    ends = [net_present_value(lines.assign(quantity=lines["quantity"].where(lines.index != line.Index, end)))
            for end in (line.low, line.high)]
    bars.append((line.words, *ends))
print(pd.DataFrame(bars, columns=["words", "at_low", "at_high"]).round(2).to_string(index=False))"""

RATIOS = """\
left = options.sort_values(["cost", "effect"], ascending=[True, False]).reset_index(drop=True)
left = left[left["effect"] > left["effect"].cummax().shift(fill_value=float("-inf"))].reset_index(drop=True)
while True:
    left["icer"] = left["cost"].diff() / left["effect"].diff()
    beaten = left["icer"] > left["icer"].shift(-1) * (1 + 1e-12)
    if not beaten.any():
        break
    left = left.drop(index=beaten.idxmax()).reset_index(drop=True)
print(left.round(2).to_string(index=False))"""

WORTH = """\
print(options.assign(nmb=options["effect"] * THRESHOLD - options["cost"]).round(2).to_string(index=False))"""


def notebook_of(one: Reckoned) -> bytes:
    """It needs pandas alone, and prints what the page prints."""
    return write_notebook([*_opening(one), *_money(one), *_options(one)])


def _opening(one: Reckoned) -> list[Cell]:
    of = one.evaluation
    said = (
        f"# {_line(of.name)}\n\nCompared with: {_line(of.comparator)}. Perspective: "
        f"{of.perspective.label}. Amounts in {of.currency} at {of.price_year} prices.\n\n{one.open_questions}"
    )
    kinds = [kind.value for kind in LineKind]
    set_up = f"{SET_UP}\n\nRATE, HORIZON = {of.discount_rate!r}, {of.horizon_years!r}\nKINDS = {kinds!r}"
    return [words(said), Cell(set_up)]


def _money(one: Reckoned) -> list[Cell]:
    if not one.lines:
        return []
    named = ("kind", "words", "amount", "quantity", "first_year", "last_year", "low", "high", "source")
    rows = [
        (line.kind.value, line.words, float(line.amount), float(line.quantity), line.first_year,
         line.last_year, line.low, line.high, line.source) for line in one.lines
    ]  # fmt: skip
    keys = [name_of(line) for line in one.lines]
    table = _frame("lines", named, rows, f", index={keys!r}")
    cells = [words("## Assumptions"), Cell(f"{table}\nlines"), words("## Money by year"), Cell(FLOWS)]
    cells += [words("## What it comes to"), Cell(RETURNS)]
    if one.sensitivity.value:
        cells += [words("## What it hangs on"), Cell(TORNADO)]
    return cells


def _options(one: Reckoned) -> list[Cell]:
    if one.ratios.value is None:
        return []
    rows = [(option.name, float(option.cost), float(option.effect)) for option in one.options]
    cells = [words("## Options"), Cell(_frame("options", ("name", "cost", "effect"), rows)), Cell(RATIOS)]
    if one.evaluation.threshold is not None:
        cells.append(Cell(f"THRESHOLD = {float(one.evaluation.threshold)!r}\n{WORTH}"))
    return cells


def _frame(name: str, columns: tuple, rows: list, more: str = "") -> str:
    body = "".join(f"    {row!r},\n" for row in rows)
    return f"{name} = pd.DataFrame([\n{body}], columns={list(columns)!r}{more})"


def _line(text: str) -> str:
    return " ".join(text.split())
