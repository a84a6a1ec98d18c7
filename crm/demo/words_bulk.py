"""Words that the bulk of the large demo is put together from."""

from crm.organisations.models import Kind

#: How many goals, strategies and milestones each engagement has.
FOUR = 4
STEMS = (
    "Amber", "Bracken", "Cinder", "Dunlin", "Ember", "Fallow", "Gossamer", "Heather", "Ibis", "Jasper",
    "Kittiwake", "Larkspur", "Merrow", "Nettle", "Osprey", "Plover", "Quill", "Rookery", "Sorrel",
    "Thistle", "Umber", "Vesper", "Whimbrel", "Yarrow", "Zephyr", "Bramble", "Curlew", "Dapple", "Elder",
    "Foxglove", "Grebe", "Hollin", "Juniper", "Linnet", "Marram", "Otter", "Pebble", "Reed", "Saltmarsh",
    "Teasel",
)  # fmt: skip
ENDINGS = (
    "combe", "mere", "fold", "haven", "rigg", "strand", "wold", "garth", "holme", "thwaite", "beck", "moss",
    "sound", "reach", "shaw", "fell",
)  # fmt: skip
SYSTEM_KINDS = (("Health", Kind.HEALTH_SYSTEM), ("Hospitals Group", Kind.HEALTH_SYSTEM))
CLIENT_KINDS = (
    ("General Hospital", Kind.HOSPITAL), ("Community Hospital", Kind.HOSPITAL),
    ("Regional Hospital", Kind.HOSPITAL),
    ("Medical Centre", Kind.HOSPITAL), ("Children's Hospital", Kind.HOSPITAL),
    ("Maternity Hospital", Kind.HOSPITAL),
    ("Rehabilitation Hospital", Kind.HOSPITAL), ("Hospice Trust", Kind.NON_PROFIT),
    ("Health Foundation", Kind.NON_PROFIT), ("Society of Nursing", Kind.PROFESSIONAL_SOCIETY),
    ("Patients' Association", Kind.PATIENT_ASSOCIATION),
)  # fmt: skip
#: Country, state, zone and currency of a client, some more often than others.
PLACES = (
    ("US", "IL", "America/Chicago", "USD"), ("US", "OH", "America/New_York", "USD"),
    ("US", "CO", "America/Denver", "USD"), ("US", "OR", "America/Los_Angeles", "USD"),
    ("GB", None, "Europe/London", "GBP"), ("CA", "ON", "America/Toronto", "USD"),
    ("DE", "NI", "Europe/Berlin", "EUR"),
    ("JP", "Kanagawa", "Asia/Tokyo", "JPY"), ("IE", None, "Europe/Dublin", "EUR"),
    ("ZA", None, "Africa/Johannesburg", "EUR"),
)  # fmt: skip
GIVEN = (
    "Adaeze", "Bartosz", "Camille", "Dmitri", "Esther", "Fumiko", "Goran", "Hana", "Isabel", "Jonas",
    "Khadija", "Liam", "Marta", "Nikhil", "Olga", "Paulo", "Qing", "Rania", "Stefan", "Tariq", "Ursula",
    "Viktor", "Wren", "Yetunde", "Zahra",
)  # fmt: skip
FAMILY = (
    "Achterberg", "Banda", "Castellan", "Dorrance", "Engström", "Fofana", "Goldwasser", "Hoang", "Ishiguro",
    "Jankowski", "Kapoor", "Laurent", "Mbeki", "Nygaard", "Oduya", "Pereira", "Quiroga", "Rasmussen",
    "Sato", "Tembo", "Uzun", "Vasquez", "Whitlock", "Yamada", "Zeller",
)  # fmt: skip
TITLES = (
    "Director of Communications", "Chief Nursing Officer", "Patient Experience Lead", "Community Liaison",
)  # fmt: skip
SUBJECTS = (
    "Patient access", "Nurse recruitment", "Trust in waiting lists", "Discharge questions",
    "Vaccination in the community", "Maternity choices", "Heart health", "Diabetes at home",
    "Cancer screening", "Volunteer growth", "Night-shift voices", "Outpatient attendance",
    "Rehabilitation at home", "Donor stories", "Complaint handling",
)  # fmt: skip
WAYS = ("review", "programme", "pilot", "coaching year", "second phase", "network")
GOALS = (
    "Fewer missed appointments", "Staff who would recommend us", "Heard in the community",
    "Lower cost per contact", "Questions answered the same day", "Shorter time to fill a post",
    "More first visits booked online", "Families who know whom to call", "Volunteers who stay",
    "Fewer avoidable calls",
)  # fmt: skip
STRATEGIES = (
    "Reminder stories", "Leaders answer questions weekly", "Patient voices channel",
    "Evening question hour", "Plain-language rewrite", "Staff ambassadors", "Short films on the ward",
    "Journal club", "Community group", "Answer rota",
)  # fmt: skip
STEPS = (
    "Wording agreed", "First department live", "Training held", "Roll-out finished", "Half-way review",
    "Hand-over",
)  # fmt: skip
MEASURES = (
    ("No-show rate", "%", 11.0), ("Questions answered the same day", "%", 48.0),
    ("Median time to a first answer", "hours", 22.0),
    ("Cost per contact", "USD", 9.0), ("Followers", "followers", 3_400.0),
)  # fmt: skip
AGENDAS = (
    "1. Since last time\n2. The thread\n3. Next steps",
    "1. Figures of the month\n2. What they say\n3. Who does what",
    "1. Rehearsal of hard questions\n2. Answer card",
    "1. Roadmap\n2. What is in the way\n3. Smallest next step",
)  # fmt: skip
SUMMARIES = (
    "Two of three actions are done. The third waits for a signature; {name} asks for it in person.",
    "The chart shows no signal yet and nobody pretends that it does. Next reading in a month.",
    "The team rehearsed four questions and kept the two shortest answers. {name} goes first on Tuesday.",
    "The milestone is cut in two, so that the first half can go out. Hours move from the least useful "
    "strategy.",
    "Staff asked for a rule on when not to answer. We wrote it on one card together.",
)  # fmt: skip
ACTIONS = (
    "Send the figures of last month", "Get the signature of counsel", "Caption the last three films",
    "Fill the calendar", "Brief the next department", "Draft the report to the sponsor",
    "Ask the patients' council", "Book the training room",
)  # fmt: skip
#: The parts of a roadmap, two milestones in each.
PHASES = ("Prepare", "Roll out")
PROMISES = (
    ("Alignment worksheet", "The sponsor has rated every goal"),
    ("Rules on one page", "Counsel has read them"),
    ("Training, with slides to keep", "Two of every ward took part"),
    ("Closing report", "The board has discussed it"),
)  # fmt: skip
CHANGES = (
    ("One more training", "Several of the night shift missed the first.", 6),
    ("A second department joins", "Its head asked for it.", 12),
    ("Fewer workshops", "The hospital holds them by itself now.", -4),
)  # fmt: skip
NOTES = (
    "I talked more than they did. Next time the first question, then wait.",
    "They agree quickly and do little. Ask what would have to stop.",
    "A good hour: the nurse manager carried it.",
)  # fmt: skip
