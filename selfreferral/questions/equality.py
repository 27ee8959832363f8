"""The usual equality questions of the public sector: added to monthly counts, and kept beside nobody."""

from django.utils.translation import gettext_noop as _

from selfreferral.fields import UNSAID, Questions, one_of


class EqualityForm(Questions):
    sex = one_of(_("What is your sex?"), [("female", _("Female")), ("male", _("Male")), UNSAID])
    gender = one_of(
        _("Is your gender the same as the sex you were registered with at birth?"),
        [("same", _("Yes")), ("other", _("No")), UNSAID],
    )
    orientation = one_of(
        _("What is your sexual orientation?"),
        [
            ("straight", _("Straight")),
            ("gay", _("Gay or lesbian")),
            ("bi", _("Bi")),
            ("other", _("Another")),
            UNSAID,
        ],
    )
    ethnicity = one_of(
        _("What is your ethnic group?"),
        [
            ("asian", _("Asian or Asian British")),
            ("black", _("Black, Black British, Caribbean or African")),
            ("mixed", _("Mixed or several ethnic groups")),
            ("white", _("White")),
            ("other", _("Another ethnic group, such as Arab or Roma")),
            UNSAID,
        ],
    )
    religion = one_of(
        _("What is your religion?"),
        [
            ("none", _("None")),
            ("buddhist", _("Buddhist")),
            ("christian", _("Christian")),
            ("hindu", _("Hindu")),
            ("jewish", _("Jewish")),
            ("muslim", _("Muslim")),
            ("sikh", _("Sikh")),
            ("other", _("Another")),
            UNSAID,
        ],
    )
    disability = one_of(
        _("Do you have a health condition or disability that makes daily life harder?"),
        [("yes", _("Yes")), ("no", _("No")), UNSAID],
    )
