"""What may stand in an entry, in words that an editor can act on."""

import phonenumbers

REGION = "GB"
LONGEST_SHORT_NUMBER = 6  # 999, 105, 116 123, 85258: dialled as shown
PUBLIC_PLACE = (
    "This place has a public address, but the service’s place is confidential or not known. Take this "
    "place off the list, or choose “No” at “Place is confidential” if the address may be shown."
)
BOTH_TIMES = "Give both times, or neither when it is closed that day."


def international(number: str) -> str:
    """`number` as +44…, or nothing when it is short or cannot be rung in full."""
    if len(_digits(number)) <= LONGEST_SHORT_NUMBER:
        return ""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_problems(number: str, e164: str) -> dict[str, str]:
    """What is wrong with a number and its international form, by field."""
    digits = _digits(number)
    if not digits:
        return {"number": "Write the number as people should see it, such as 0808 2000 247."}
    if len(digits) <= LONGEST_SHORT_NUMBER:
        if e164:
            return {"e164": "Leave this empty: a short number is dialled just as it is shown."}
        return {}
    expected = international(number)
    if not expected:
        return {"number": "This number cannot be rung from the UK. Check each digit."}
    if e164 and e164 != expected:
        return {
            "e164": f"This is not the number shown. It would be {expected}. Leave it empty to fill it in."
        }
    return {}


def schedule_problem(opens_at: object, closes_at: object) -> str:
    return BOTH_TIMES if (opens_at is None) != (closes_at is None) else ""


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())
