"""The usual equality questions of the public sector: added to monthly counts, and kept beside nobody."""

from selfreferral.fields import UNSAID, Questions, one_of


class EqualityForm(Questions):
    sex = one_of("What is your sex?", [("female", "Female"), ("male", "Male"), UNSAID])
    gender = one_of(
        "Is your gender the same as the sex you were registered with at birth?",
        [("same", "Yes"), ("other", "No"), UNSAID],
    )
    orientation = one_of(
        "What is your sexual orientation?",
        [
            ("straight", "Straight"),
            ("gay", "Gay or lesbian"),
            ("bi", "Bi"),
            ("other", "Another"),
            UNSAID,
        ],
    )
    ethnicity = one_of(
        "What is your ethnic group?",
        [
            ("asian", "Asian or Asian British"),
            ("black", "Black, Black British, Caribbean or African"),
            ("mixed", "Mixed or several ethnic groups"),
            ("white", "White"),
            ("other", "Another ethnic group, such as Arab or Roma"),
            UNSAID,
        ],
    )
    religion = one_of(
        "What is your religion?",
        [
            ("none", "None"),
            ("buddhist", "Buddhist"),
            ("christian", "Christian"),
            ("hindu", "Hindu"),
            ("jewish", "Jewish"),
            ("muslim", "Muslim"),
            ("sikh", "Sikh"),
            ("other", "Another"),
            UNSAID,
        ],
    )
    disability = one_of(
        "Do you have a health condition or disability that makes daily life harder?",
        [("yes", "Yes"), ("no", "No"), UNSAID],
    )
