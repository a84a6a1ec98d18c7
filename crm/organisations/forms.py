import pycountry
from wtforms.validators import URL, Email

from crm.access import Permission, Role, can
from crm.accounts import queries as accounts
from crm.forms import (
    DayField,
    EnumField,
    Form,
    NumberRange,
    Optional,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
    WholeField,
    required,
    strip,
)
from crm.organisations import queries
from crm.organisations.models import Identifier, Kind, Platform, Scheme, Tag

COUNTRIES = [SelectChoice("", "Not said")] + [
    SelectChoice(c.alpha_2, getattr(c, "common_name", c.name))
    for c in sorted(pycountry.countries, key=lambda c: c.name)
]
WHOLE_ADDRESS = "Enter a whole address, such as https://example.org."
SCHEMES = {scheme.label.casefold(): scheme for scheme in Scheme} | {scheme.value: scheme for scheme in Scheme}


def optional_whole(value):
    return int(value) if value else None


class TagsField(StringField):
    """Names with commas between them; unknown ones come into being."""

    def _value(self):
        return (
            ", ".join(tag.name for tag in self.data or () if isinstance(tag, Tag))
            if not self.raw_data
            else strip(self.raw_data[0]) or ""
        )

    def populate_obj(self, obj, name):
        names = list(
            dict.fromkeys(part.strip()[:60] for part in (self.data or "").split(",") if part.strip())
        )
        known = {tag.name: tag for tag in queries.find_tags(names)}
        obj.tags = [known.get(each) or Tag(name=each) for each in names]


class IdentifiersField(TextAreaField):
    """One identifier a line: its register, a colon, its value."""

    def _value(self):
        if self.raw_data:
            return strip(self.raw_data[0]) or ""
        return "\n".join(f"{one.scheme.label}: {one.value}" for one in self.data or ())

    def parsed(self) -> list[tuple[Scheme, str]]:
        """What was typed; ValidationError with the line that cannot be read."""
        pairs = []
        for line in (self.data or "").splitlines() if isinstance(self.data, str) else ():
            label, _, value = line.partition(":")
            scheme = SCHEMES.get(label.strip().casefold())
            if not scheme or not value.strip():
                raise ValidationError(f"“{line}” is not read: write it as “CMS number: 010001”.")
            if len(value.strip()) > 255:
                raise ValidationError("Keep an identifier to 255 characters or fewer.")
            pairs.append((scheme, value.strip()))
        return list(dict.fromkeys(pairs))

    def populate_obj(self, obj, name):
        wanted = self.parsed()
        kept = [one for one in obj.identifiers if (one.scheme, one.value) in wanted]
        had = {(one.scheme, one.value) for one in kept}
        obj.identifiers = kept + [
            Identifier(scheme=scheme, value=value) for scheme, value in wanted if (scheme, value) not in had
        ]


class WebsiteField(StringField):
    """An address of the web. Of no other kind: a browser would run one that begins with javascript:."""

    def pre_validate(self, form):
        if not self.data:
            return
        if not self.data.lower().startswith(("http://", "https://")):
            raise ValidationError(WHOLE_ADDRESS)
        URL(message=WHOLE_ADDRESS)(form, self)


class OrganisationForm(Form):
    name = StringField("Name", [required("Enter the name of the organisation.")])
    kind = EnumField("Kind", Kind)
    city = StringField("City")
    state = StringField("State or region")
    country = SelectField("Country", choices=COUNTRIES, coerce=lambda value: value or None)
    tags = TagsField("Tags", description="Separate them with commas.")
    identifiers = IdentifiersField(
        "Identifiers", description="One a line, such as “CMS number: 010001” or “ODS code: RX1RA”."
    )
    beds = WholeField("Beds", [Optional(), NumberRange(min=0, message="Beds cannot be fewer than none.")])
    parent_id = SelectField(
        "Part of", coerce=optional_whole, description="The health system that it belongs to."
    )
    address = StringField("Address")
    county = StringField("County")
    postcode = StringField("Postcode or ZIP")
    phone = StringField("Phone")
    email = StringField("E-mail", [Optional(), Email("Enter a whole e-mail address.")])
    website = WebsiteField("Website")
    ownership = StringField("Ownership")
    description = TextAreaField("About them")

    MORE = (
        "beds",
        "parent_id",
        "address",
        "county",
        "postcode",
        "phone",
        "email",
        "website",
        "ownership",
        "description",
    )

    def __init__(self, *args, user, organisation=None, **kwargs):
        super().__init__(*args, obj=organisation, **kwargs)
        self.organisation = organisation
        mine = organisation.id if organisation else None
        systems = queries.parents(user)
        self.parent_id.choices = [SelectChoice("", "No parent")] + [
            SelectChoice(row.id, row.name) for row in systems if row.id != mine
        ]

    def validate_identifiers(self, field):
        for scheme, value in field.parsed():
            owner = queries.owner_of(scheme, value)
            if owner and (not self.organisation or owner != self.organisation.id):
                raise ValidationError(f"{scheme.label} {value} belongs to another organisation already.")


class ContactForm(Form):
    name = StringField("Name", [required("Enter the person's name.")])
    job_title = StringField("Job title")
    email = StringField("E-mail", [Optional(), Email("Enter a whole e-mail address.")])
    phone = StringField("Phone")
    user_id = SelectField(
        "Sign-in",
        coerce=optional_whole,
        description="With a sign-in they see the engagements that are granted to them, and nothing else.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not can(user, Permission.ENGAGEMENT_ASSIGN):
            del self.user_id
            return
        people = [one for one in accounts.users() if one.role is Role.CLIENT]
        self.user_id.choices = [SelectChoice("", "None")] + [
            SelectChoice(one.id, f"{one.name} ({one.email})") for one in people
        ]


class ChannelForm(Form):
    platform = EnumField("Platform", Platform)
    handle = StringField("Handle", [required("Enter the name of the account, such as @lakesidegeneral.")])
    url = WebsiteField("Address")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def validate_handle(self, field):
        if queries.find_channel(self.organisation.id, self.platform.data, field.data):
            raise ValidationError("This channel is there already.")


class CountForm(Form):
    counted_on = DayField("Counted on", [required("Enter the day of the count.")])
    followers = WholeField(
        "Followers",
        [
            required("Enter the number of followers."),
            NumberRange(min=0, message="Followers cannot be fewer than none."),
        ],
    )
