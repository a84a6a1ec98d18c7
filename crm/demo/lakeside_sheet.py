"""More of the worksheet of Lakeside General Hospital: how far its goals came, whom its strategies reach."""

from crm.alignment.models import Objective
from crm.demo.story import Reach, Stand, Way

WAYS = (
    Way(
        "Each missed visit leaves a chair empty and somebody else waiting another month.",
        "No-show rate in cardiology, monthly",
        "% of appointments",
        11.8,
        9,
        (
            Stand(-301, 11.3, 7, "The reminder page is live."),
            Stand(-122, 10.4, 7),
            Stand(-12, 9.9, 5, "The launch waits for one signature, and summer is the worst season."),
        ),
    ),
    Way(
        "People who like to work here stay, and patients notice.",
        "Staff recommendation score, quarterly",
        "points",
        18,
        30,
        (
            Stand(-305, 20, 6),
            Stand(-118, 24, 7, "The pilot wards answer twice as often as the others."),
            Stand(-20, 27, 8),
        ),
    ),
    Way(
        "Whoever knows us before the pain begins comes sooner.",
        "Questions about the heart in our own channels",
        "questions a week",
        4,
        12,
        (
            Stand(-298, 5, 6),
            Stand(-125, 6, 5, "Two of the families could not be filmed."),
            Stand(-16, 7, 4, "The council wants to do the filming itself."),
        ),
    ),
    Way(
        "What is not spent on the telephone goes to the wards.",
        "Cost of an answered question, by the access centre's books",
        "USD",
        4.10,
        3.00,
        (
            Stand(-290, 4.05, 6),
            Stand(-130, 3.90, 4),
            Stand(-47, 3.70, 4, "The films are not on the hold line yet."),
        ),
    ),
)

REACHES = (
    Reach(
        -300, 150, Objective.PROMPT_BEHAVIOUR,
        "To know where to go, how long it takes, and that a visit can be moved without shame.",
        "Your chair is kept for you. If you cannot come, say so, and somebody else will sit in it.",
    ),
    Reach(
        -214, 168, Objective.CHANGE_ATTITUDE,
        "A straight answer to what they asked, from somebody who may decide, within the week.",
        "You asked; here is what we shall do, and by when.",
    ),
    Reach(
        -260, 168, Objective.RAISE_AWARENESS,
        "To hear from a neighbour, in their own language, what it was like.",
        "This is what it was like for me. Ask before it hurts.",
    ),
    Reach(
        -190, 60, Objective.INFORM,
        "To reach the right person before the bus comes.",
        "Press three for the heart: this is what happens then.",
    ),
)  # fmt: skip
