"""Questionnaires to begin with, in our own words: short enough for two minutes on a phone."""

from dataclasses import dataclass

from crm.surveys.models import QuestionKind

AGREEMENT, TEN, CHOICE, TEXT = QuestionKind
PRIVACY = (
    "Your answers are anonymous. With them we keep neither your name nor your address nor the time, and they "
    "are not tied to each other. Nothing is shown to anybody before at least five people have answered. "
    "Please name no person in your own words. A cookie without your name keeps one browser from answering "
    "twice. You may leave out whatever is not marked as required, and stop at any time."
)


@dataclass(frozen=True)
class Asked:
    words: str
    kind: QuestionKind = AGREEMENT
    is_required: bool = False
    choices: str | None = None
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Questionnaire:
    title: str
    audience: str
    introduction: str
    questions: tuple[Asked, ...]


NOT_LIKELY, LIKELY = "not at all likely", "very likely"
READY = {
    "patients": Questionnaire(
        "How we talk with you",
        "Patients and those who came with them",
        "We want to inform you better, before and after your visit. Five short questions, about one minute.",
        (
            Asked("Before my visit I knew what would happen.", is_required=True),
            Asked("What I was told was in words that I understood.", is_required=True),
            Asked("I knew whom to ask when something was unclear."),
            Asked(
                "How likely are you to tell a friend that this clinic informs its patients well?",
                TEN, low=NOT_LIKELY, high=LIKELY,
            ),
            Asked("What is the one thing that we should explain better?", TEXT),
        ),
    ),
    "staff": Questionnaire(
        "Working here",
        "Everybody who works in the unit",
        "How is it to work here? Six short questions, about two minutes.",
        (
            Asked("I know what our unit wants to reach this year.", is_required=True),
            Asked("When I suggest something, it is heard.", is_required=True),
            Asked("News that concerns my work reaches me in time.", is_required=True),
            Asked("I am proud of what we tell the public about our work."),
            Asked(
                "How likely are you to recommend this unit as a place to work?",
                TEN, low=NOT_LIKELY, high=LIKELY,
            ),
            Asked("What would make the greatest difference to your work?", TEXT),
        ),
    ),
    "session": Questionnaire(
        "After our session",
        "Everybody who took part",
        "Was the session worth your time? Four short questions, under a minute.",
        (
            Asked("I can use what we worked on.", is_required=True),
            Asked("The time was well spent.", is_required=True),
            Asked("How likely are you to recommend such a session?", TEN, low=NOT_LIKELY, high=LIKELY),
            Asked("What should we do differently next time?", TEXT),
        ),
    ),
    "reach": Questionnaire(
        "How you find us online",
        "Patients of the clinic",
        "We want to be where you look for us. Five short questions, about one minute.",
        (
            Asked(
                "Where did you last read or see something from us?", CHOICE, is_required=True,
                choices="On the website\nOn Facebook\nOn Instagram\nOn YouTube\nIn a letter or leaflet\n"
                "Somewhere else\nNowhere so far",
            ),
            Asked("What I found online answered my question.", is_required=True),
            Asked("I trust what the clinic publishes online."),
            Asked(
                "How easy was it to find what you looked for?", TEN, low="very hard", high="very easy",
            ),
            Asked("What did you look for and not find?", TEXT),
        ),
    ),
}  # fmt: skip
