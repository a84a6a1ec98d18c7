"""The twenty-four organisations of the small demo, all invented. Parents stand before their children."""

from typing import NamedTuple

from crm.organisations.models import Kind, Platform, Scheme

HOSPITAL, SYSTEM, NON_PROFIT, SOCIETY, PATIENTS = Kind
CMS, ODS, NPI, JP_LIST, OTHER = Scheme
FACEBOOK, INSTAGRAM, X, YOUTUBE, LINKEDIN, TIKTOK, BLUESKY, MASTODON, THREADS, BLOG, _ = Platform


class Client(NamedTuple):
    key: str
    name: str
    kind: Kind
    place: tuple[str, str | None, str | None, str]
    zone: str
    beds: int | None
    ownership: str | None
    identifiers: tuple[tuple[Scheme, str], ...]
    tags: str
    channels: tuple[tuple[Platform, str, int, int], ...]
    contacts: tuple[tuple[str, str], ...]
    description: str
    parent: str | None = None


CHICAGO, EAST, MOUNTAIN, LONDON, TOKYO = (
    "America/Chicago",
    "America/New_York",
    "America/Denver",
    "Europe/London",
    "Asia/Tokyo",
)
PRIVATE, PUBLIC = "Voluntary non-profit – private", "Government – local"

AMERICAN = (
    Client("amity", "Amity Shores Health", SYSTEM, ("Port Amity", "Lake", "IL", "US"), CHICAGO, 1_140,
        PRIVATE,
        ((NPI, "9900000017"),), "system, social media since 2019",
        ((FACEBOOK, "amityshoreshealth", 18_400, 190), (LINKEDIN, "amity-shores-health", 9_700, 160)),
        (("Charlotte Reyes", "Chief Executive"), ("Dr Anil Banerjee", "Chief Medical Officer")),
        "Three hospitals on the lake and forty clinics. One communications office of six for all of them."),
    Client("lakeside", "Lakeside General Hospital", HOSPITAL, ("Port Amity", "Lake", "IL", "US"), CHICAGO,
        412, PRIVATE,
        ((CMS, "990417"), (NPI, "9900000025")), "cardiology, patient access, flagship",
        ((FACEBOOK, "lakesidegeneral", 11_250, 210), (INSTAGRAM, "lakesidegeneral", 4_300, 150),
         (YOUTUBE, "LakesideGeneral", 1_900, 70)),
        (("Maria Delgado", "Vice President, Patient Experience"),
         ("Dr Samuel Oyelaran", "Chief of Cardiology"),
         ("Linda Kowalczyk", "Director of Communications"),
         ("Tyrone Baptiste", "Manager, Patient Access Centre")),
        "General hospital with a large cardiology. The access centre takes 1,900 calls on a Monday.",
        "amity"),
    Client("riverbend", "Riverbend Crossing Medical Center", HOSPITAL,
        ("Riverbend Crossing", "Marsh", "IL", "US"),
        CHICAGO, 236, PRIVATE, ((CMS, "990422"),), "emergency care",
        ((FACEBOOK, "riverbendcrossing", 6_120, 40),),
        (("Denise Fontaine", "Chief Nursing Officer"), ("Marcus Lindgren", "Emergency Department Manager"),
         ("Aisha Farouk", "Communications Specialist")),
        "The busiest emergency department of Amity Shores Health.", "amity"),
    Client("fernhill", "Fern Hill Children's Hospital", HOSPITAL, ("Fern Hill", "Dunmore", "WI", "US"),
        CHICAGO, 148,
        PRIVATE, ((CMS, "993309"),), "paediatrics",
        ((INSTAGRAM, "fernhillkids", 8_800, 120), (TIKTOK, "fernhillkids", 3_050, 260)),
        (("Grace Nakamura", "Director of Family Services"), ("Peter Vandenberg", "Web Editor")),
        "Children's hospital; the families' council reads every post about patients first.", "amity"),
    Client("kestrel", "Kestrel Bay Hospital", HOSPITAL, ("Kestrel Bay", "Haven", "ME", "US"), EAST, 64,
        PUBLIC,
        ((CMS, "990008"),), "rural, critical access", ((FACEBOOK, "kestrelbayhospital", 2_340, 12),),
        (("Joan Pelletier", "Administrator"), ("Tom Ouellette", "Community Liaison")),
        "Critical-access hospital on an island; the ferry timetable sets the clinic hours."),
    Client("juniper", "Juniper Mesa Regional Hospital", HOSPITAL, ("Juniper Mesa", "Alta", "NM", "US"),
        MOUNTAIN, 185,
        "Proprietary", ((CMS, "990032"), (NPI, "9900000330")), "bilingual, diabetes",
        ((FACEBOOK, "junipermesa", 5_400, 55), (YOUTUBE, "JuniperMesaSalud", 980, 45)),
        (("Elena Trujillo", "Director of Outreach"), ("Raymond Begay", "Diabetes Educator"),
         ("Katherine Boyd", "Marketing Manager")),
        "Regional hospital that speaks English, Spanish and Diné with its patients."),
    Client("cedar", "Cedar Valley Society of Cardiology", SOCIETY, ("Cedar Valley", "Linn", "IA", "US"),
        CHICAGO, None,
        None, ((OTHER, "000417"),), "society, guidelines, journal",
        ((X, "cvscardiology", 7_900, 130), (BLUESKY, "cvs-cardiology", 1_150, 210),
         (BLOG, "cedar-valley-rounds", 640, 22)),
        (("Dr Miriam Katz", "President"), ("Owen Hargreaves", "Executive Director"),
         ("Dr Thandiwe Moyo", "Editor, digital")),
        "Society of 3,100 cardiologists with a quarterly journal and a yearly meeting."),
    Client("northlakes", "Northern Lakes Society of Telehealth Nurses", SOCIETY,
        ("Bemis Falls", "Cass", "MN", "US"),
        CHICAGO, None, None, ((OTHER, "000988"),), "society, nursing, telehealth",
        ((LINKEDIN, "northern-lakes-telehealth", 2_700, 65),),
        (("Bridget O'Shea", "Chair"), ("Mai Xiong", "Secretary")),
        "Nurses who answer by video and telephone; members in nine states and two provinces."),
    Client("sagebrush", "Sagebrush Alliance for Rare Diseases", PATIENTS,
        ("Mesquite Flat", "Elko", "NV", "US"),
        "America/Los_Angeles", None, None, ((OTHER, "001204"),), "rare diseases, advocacy",
        ((FACEBOOK, "sagebrushrare", 12_900, 95), (INSTAGRAM, "sagebrushrare", 4_450, 80)),
        (("Nora Castellanos", "Founder"), ("Jordan Whitehorse", "Community Moderator")),
        "Families with rare diseases, eleven moderated groups."),
    Client("sauces", "Hospital Valle de los Sauces", HOSPITAL, ("Valle de los Sauces", None, "JAL", "MX"),
        "America/Mexico_City", 210, PRIVATE, ((OTHER, "009931"),), "bilingual, maternity",
        ((FACEBOOK, "valledelossauces", 15_300, 310),),
        (("Dra. Ximena Robledo", "Directora médica"), ("Arturo Cárdenas", "Jefe de comunicación")),
        "Maternity and surgery; answers mothers on Facebook until midnight."),
)  # fmt: skip

BRITISH_AND_NORTHERN = (
    Client("esktarn", "Esk and Tarn Hospitals Trust", SYSTEM, ("Northmoor", "Cumbria", None, "GB"), LONDON,
        860,
        "NHS trust", ((ODS, "0RXZ"),), "trust, system",
        ((X, "eskandtarn", 9_100, 35), (FACEBOOK, "eskandtarn", 14_200, 75)),
        (("Sir Alan Birtwistle", "Chair"), ("Folasade Akande", "Director of Communications")),
        "Two hospitals and a community service between the moor and the sea."),
    Client("northmoor", "Northmoor Royal Infirmary", HOSPITAL, ("Northmoor", "Cumbria", None, "GB"), LONDON,
        538,
        "NHS trust", ((ODS, "0RXZ1"),), "dermatology, outpatients, waiting lists",
        ((FACEBOOK, "northmoorroyal", 10_400, 130), (X, "northmoorroyal", 6_050, 20),
         (BLUESKY, "northmoorroyal", 420, 90)),
        (("Gareth Pugh", "Head of Patient Access"), ("Dr Farah Siddiqui", "Clinical Lead, Dermatology"),
         ("Eilidh MacLeod", "Social Media Officer")),
        "Acute hospital; dermatology runs nineteen clinics a week.", "esktarn"),
    Client("tarnside", "Tarnside Cottage Hospital", HOSPITAL, ("Tarnside", "Cumbria", None, "GB"), LONDON, 38,
        "NHS trust", ((ODS, "0RXZ2"),), "community", ((FACEBOOK, "tarnsidecottage", 1_870, 15),),
        (("Winifred Postlethwaite", "Matron"), ("Imran Qureshi", "Volunteer Coordinator")),
        "Thirty-eight beds and a garden. Its League of Friends runs the page.", "esktarn"),
    Client("corrib", "Corrib Lung Trust", NON_PROFIT, ("Oranbeg", "Galway", None, "IE"), "Europe/Dublin",
        None, None,
        ((OTHER, "000062"),), "lung health, charity", ((FACEBOOK, "corriblungtrust", 4_900, 60),),
        (("Aoife Ní Dhonnchadha", "Chief Executive"), ("Declan Burke", "Services Manager"),
         ("Blessing Eze", "Digital Officer")),
        "Charity of 22 that runs choirs and exercise classes for people short of breath."),
    Client("skarvoy", "Skarvøy Hospital", HOSPITAL, ("Skarvøy", "Nordland", None, "NO"), "Europe/Oslo", 96,
        "Public health trust", ((OTHER, "008841"),), "rural, telehealth",
        ((FACEBOOK, "skarvoysykehus", 3_300, 18),),
        (("Sigrid Aasen", "Communications Adviser"), ("Dr Lars Mikkelborg", "Medical Director")),
        "Island hospital with a boat ambulance, 300 km from the next CT scanner."),
    Client("lindenhang", "Kinderklinik am Lindenhang", HOSPITAL, ("Oberlinden", "Schwarzwald", "BW", "DE"),
        "Europe/Berlin", 172, "Non-profit (gGmbH)", ((OTHER, "009915"),), "paediatrics, recruitment",
        ((INSTAGRAM, "kinderklinik_lindenhang", 5_900, 140),
         (LINKEDIN, "kinderklinik-lindenhang", 2_050, 75)),
        (("Dr. Sabine Österreicher", "Ärztliche Direktorin"), ("Mehmet Yildiz", "Pflegedirektor"),
         ("Jule Hartmann", "Referentin für Kommunikation")),
        "Children's hospital that closes beds for want of nurses, not of children."),
    Client("troisvallees", "Société d'oncologie des Trois-Vallées", SOCIETY,
        ("Villars-le-Clair", None, "VD", "CH"),
        "Europe/Zurich", None, None, ((OTHER, "000731"),), "society, oncology, bilingual",
        ((LINKEDIN, "onco-trois-vallees", 3_600, 40),),
        (("Pr Hélène Dubochet", "Présidente"), ("Luca Ferrari", "Secrétaire général")),
        "Society of oncologists in three cantons; every text in French and Italian."),
    Client("sierraclara", "Asociación Lupus Sierra Clara", PATIENTS, ("Sierra Clara", "Granada", None, "ES"),
        "Europe/Madrid", None, None, ((OTHER, "000150"),), "lupus, advocacy",
        ((INSTAGRAM, "lupussierraclara", 6_700, 170),),
        (("Rocío Benítez", "Presidenta"), ("Nuria Folch", "Voluntaria de redes")),
        "Patients' association run by volunteers from one kitchen table."),
)  # fmt: skip

WIDER_WORLD = (
    Client("maple", "Maple Sound Health Authority", SYSTEM, ("Maple Sound", None, "BC", "CA"),
        "America/Vancouver", 1_020,
        "Public", ((OTHER, "000009"),), "system, First Nations partnership",
        ((FACEBOOK, "maplesoundhealth", 21_700, 120), (YOUTUBE, "MapleSoundHealth", 2_300, 35)),
        (("Dr Colleen Fraser", "Vice President, Quality"), ("Gurpreet Sandhu", "Director, Public Engagement"),
         ("Wes Joseph", "Indigenous Liaison")),
        "Five hospitals along 400 km of coast, one of them reached by water only."),
    Client("cormorant", "Cormorant Point Hospital", HOSPITAL, ("Cormorant Point", None, "BC", "CA"),
        "America/Vancouver",
        74, "Public", ((OTHER, "000014"),), "rural", ((FACEBOOK, "cormorantpoint", 1_450, 9),),
        (("Yvette Tremblay", "Site Manager"), ("Harold Wong", "Volunteer Board Chair")),
        "The smallest hospital of Maple Sound.", "maple"),
    Client("hoshimidai", "Hoshimidai Community Hospital", HOSPITAL, ("Hoshimidai", "Tama", "Tokyo", "JP"),
        TOKYO, 320,
        "Medical corporation", ((JP_LIST, "0099012"),), "discharge, families, community care",
        ((YOUTUBE, "HoshimidaiHospital", 2_600, 165), (X, "hoshimidai_hp", 4_100, 85)),
        (("Dr Kenji Arisawa", "Hospital Director"), ("Ayumi Tsukahara", "Head of Nursing Education"),
         ("Shun Okabe", "Community Liaison Office")),
        "Community hospital (星見台地域病院) that sends 430 patients home each month."),
    Client("tsukinohara", "Tsukinohara Rehabilitation Hospital", HOSPITAL,
        ("Tsukinohara", None, "Nagano", "JP"), TOKYO,
        140, "Medical corporation", ((JP_LIST, "0099027"),), "rehabilitation",
        ((YOUTUBE, "TsukinoharaReha", 730, 20),),
        (("Dr Haruka Minegishi", "Deputy Director"), ("Takeshi Onda", "Physiotherapy Lead")),
        "Rehabilitation after stroke; films its exercises for the time at home."),
    Client("harbourlight", "Harbourlight Kidney Patients' Association", PATIENTS,
        ("Harbourlight", None, None, "NZ"),
        "Pacific/Auckland", None, None, ((OTHER, "000077"),), "kidney, advocacy, Māori health",
        ((FACEBOOK, "harbourlightkidney", 3_800, 45),),
        (("Mereana Ngata", "Chair"), ("Stephen Falaniko", "Coordinator")),
        "Patients on dialysis and their whānau, twelve local groups."),
    Client("thornveld", "Thornveld Rural Health Foundation", NON_PROFIT, ("Thornveld", None, "Limpopo", "ZA"),
        "Africa/Johannesburg", None, None, ((OTHER, "000356"),), "rural, community health workers",
        ((FACEBOOK, "thornveldhealth", 7_200, 110),),
        (("Naledi Mokgosi", "Programme Director"), ("Pieter van Rooyen", "Finance Officer"),
         ("Lerato Sithole", "WhatsApp Line Lead")),
        "Foundation that trains community health workers and runs a WhatsApp question line."),
)  # fmt: skip

CLIENTS = AMERICAN + BRITISH_AND_NORTHERN + WIDER_WORLD
