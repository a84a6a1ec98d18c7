"""What is told of a survey as a file: the same numbers as on its page, and nothing else."""

import csv
import io
from collections.abc import Iterator

from crm.surveys.queries_results import Results
from crm.surveys.results import QuestionResult
from reports.writers.csv import cell

HEAD = ("wave", "question", "what", "answer", "count", "of", "value", "lower", "upper")


def results_csv(results: Results) -> tuple[bytes, int]:
    """UTF-8, comma, CRLF, a header; one row a number or a text of somebody's own. And how many rows."""
    rows = [
        (one.wave.name, question.words, *row)
        for question in results.questions
        for one, found in results.of(question.id)
        if found
        for row in _rows(found)
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode(), len(rows)


def _rows(found: QuestionResult) -> Iterator[tuple]:
    for one in found.options:
        yield "share", one.label, one.count, found.n, one.share, one.lower, one.upper
    if found.top_two:
        hits, top = sum(one.count for one in found.options[3:]), found.top_two
        yield "share that agrees", "", hits, found.n, top.estimate, top.lower, top.upper
    if found.mean is not None:
        yield "mean", "", "", found.n, found.mean, found.lower, found.upper
    if score := found.promoters:
        yield "net promoter score", "", "", score.n, score.score, score.lower, score.upper
    for text in found.texts:
        yield "own words", text, "", found.n, "", "", ""
