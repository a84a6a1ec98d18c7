"""One survey of patients: asked before and after, and open once more. What was answered is thrown by dice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import NamedTuple

from crm.demo.scene import Scene
from crm.surveys.models import QuestionKind, Survey, SurveyAnswer, SurveyQuestion, SurveyWave, WaveState
from crm.surveys.questionnaires import PRIVACY, READY

#: Of the wave that is open: nobody guesses the link of a real one.
OPEN_LINK = "demo-how-we-talk-with-you"


class Asked(NamedTuple):
    """A wave: its days, how many were invited, came, began and answered, and how they felt about it."""

    name: str
    opened: int
    closed: int | None
    invited: int
    views: int
    visitors: int
    started: int
    finished: int
    #: The weights of the five points of agreement, question by question.
    agree: tuple[tuple[int, ...], ...]
    likely: tuple[int, ...]
    words: tuple[str, ...]


FEW = (2, 4, 5, 6, 3)
WAVES = (
    Asked(
        "Before", -300, -279, 120, 96, 81, 63, 58,
        ((3, 7, 5, 6, 2), (2, 5, 6, 8, 3), (3, 6, 5, 6, 3)), (2, 1, 2, 2, 3, 5, 6, 8, 9, 6, 5),
        (
            "What the letter means by “ambulatory”.", "Whether I may drive home.",
            "How long I will really be there.", "Nobody told me which entrance.",
            "Why I should not eat before the test.", "Whom to call in the evening.",
            "The parking.",
        ),
    ),
    Asked(
        "After", -48, -27, 130, 121, 98, 80, 74,
        ((1, 3, 4, 11, 6), (1, 3, 4, 11, 7), (2, 4, 5, 9, 6)), (1, 0, 1, 1, 2, 3, 4, 8, 11, 10, 8),
        (
            "The film was clear, the form is not.", "What happens after the test.",
            "Please say the price of parking.", "More about the medicine.", "Nothing, thank you.",
            "When the results come.",
        ),
    ),
    Asked("Half a year later", -6, None, 130, 19, 15, 9, 7, (FEW, FEW, FEW), (1,) * 11, ()),
)  # fmt: skip


def add_survey(scene: Scene) -> None:
    ready, rng = READY["patients"], Random(f"survey {scene.story.title}")  # noqa: S311 - a story, no secret
    survey = scene.add(
        Survey, title=ready.title, audience="Patients of the heart clinic and those who came with them",
        introduction=ready.introduction, privacy=PRIVACY, time_zone="America/Chicago",
        **scene.rows.made_on(scene.day(-310)),
    )  # fmt: skip
    questions = [
        scene.add(SurveyQuestion, survey_id=survey, position=at, **vars(asked))
        for at, asked in enumerate(ready.questions, 1)
    ]
    for asked in WAVES:
        _answers(scene, _wave(scene, survey, asked), asked, questions, rng)


def _wave(scene: Scene, survey: int, asked: Asked) -> int:
    is_open = asked.closed is None
    counts = {name: getattr(asked, name) for name in ("invited", "views", "visitors", "started", "finished")}
    token = OPEN_LINK if is_open else f"demo-{asked.name.lower()}"
    return scene.add(
        SurveyWave, survey_id=survey, name=asked.name, state=WaveState.OPEN if is_open else WaveState.CLOSED,
        token=token, opened_at=_noon(scene.day(asked.opened)),
        closed_at=None if is_open else _noon(scene.day(asked.closed)),
        closes_on=scene.day(21 if is_open else asked.closed), **counts,
    )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(16), UTC)


def _answers(scene: Scene, wave: int, asked: Asked, questions: Sequence[int], rng: Random) -> None:
    weighed = zip(questions, READY["patients"].questions, (*asked.agree, asked.likely), strict=False)
    for question, said, weights in weighed:
        values = range(11) if said.kind is QuestionKind.TEN else range(1, 6)
        left_out = 0 if said.is_required else rng.randrange(1, 4)
        for value in rng.choices(values, weights, k=asked.finished - left_out):
            _answer(scene, rng, wave_id=wave, question_id=question, number=value)
    for words in asked.words:
        _answer(scene, rng, wave_id=wave, question_id=questions[-1], words=words)


def _answer(scene: Scene, rng: Random, **said) -> None:
    scene.add(SurveyAnswer, id=rng.getrandbits(50) + 1, **said)
