"""Every form of the program × every kind of bad value: refused in words beside the field, or taken and shown again."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.bad_input import base_cases
from tests.bad_input.pages import TYPED, Control, Form, forms_of
from tests.bad_input.table import EACH, Kind, kinds_for
from tests.bad_input.trying import MESSAGE, RAW, UNSEEN, Trials, changed, cut_short, is_given_back
from tests.browser.world import HOME, World, addresses
from tests.faces.test_every_page import LOCAL_ROLES, REGION_ROLES, region_code
from tests.making import logged_in, make_user

Data = dict[str, list[str]]
FACES = {
    "portal": r"(report|find|problems|embed|c|task|accounts)/",
    "desk": r"desk/(?!case)",
    "re-checks": r"region/(rechecks|bursts)/",
    "curator": r"region/(pages|samples|asks)/",
    "reports": r"region/reports/",
    "rating": r"region/rating/",
    "exchange": r"region/(exchange|passports|questions)/",
    "practices": r"region/(practices|slices)/",
    "first half of the case": r"desk/case/[^/]+/([a-o]|$)",
    "second half of the case": r"desk/case/[^/]+/[p-z]",
    "settings": r"settings/",
}
ALIKE = re.compile(r"(?<=becomes_).*|(?<=_)\d+$|^(login_account|login_pair|report|support|find|uploads|link_misses|"
                   r"imports|lookups)(?=_)")  # fmt: skip


def everybody() -> tuple[Client, Client]:
    """Somebody with every role, and a visitor."""
    roles = [*((r, HOME) for r in LOCAL_ROLES), *((r, region_code()) for r in REGION_ROLES)]
    return logged_in(make_user(*roles)), Client()


def shown_forms(world: World, client: Client, pattern: str) -> dict[str, list[Form]]:
    """Route → the forms of it that the pages show to this person, those with more fields first."""
    found: dict[str, list[Form]] = {}
    closed = set()
    for route, address in addresses(world):
        whole_case = route == "desk/case/<str:number>/"
        if route in closed or not (re.match(pattern, route) or (whole_case and "case" in pattern)):
            continue
        answer = client.get(address)
        if answer.status_code == 405:
            closed.add(route)
        if answer.streaming or b"<form" not in answer.content:
            continue
        for form in forms_of(address, answer.content.decode()):
            if re.match(pattern, form.route):
                found.setdefault(form.route, []).append(form)
    return {route: sorted(forms, key=lambda one: -len(one.controls)) for route, forms in found.items()}


def base_of(form: Form) -> Data:
    """What is sent when everything is right."""
    sent = form.data()
    for one in form.controls:
        values = [value for value in sent.get(one.name, []) if value]
        if one.column == "file":
            continue
        if not values and one.column != "choice" and one.name in base_cases.BY_NAME:
            right = base_cases.BY_NAME[one.name]
            sent[one.name] = [right[:10] if one.column == "day" else right]
        elif not values and one.column == "choice" and one.options:
            sent[one.name] = [next((option for option in one.options if option), "")]
    for name, right in base_cases.OF_ROUTE.get(form.route, {}).items():
        value = right() if callable(right) else right
        sent[name] = [value] if isinstance(value, str) else value
    return sent


def files_of(form: Form) -> dict[str, object]:
    made = base_cases.FILES.get(form.route, {})
    return {name: make() for name, make in made.items()}


def is_taken(answer: HttpResponse) -> bool:
    if answer.status_code != 200 or answer.streaming:
        return answer.status_code < 400
    return b"invalid-feedback" not in answer.content


refused: dict[str, str] = {}


def said(answer: HttpResponse) -> str:
    """What the page complains about, in short."""
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", answer.content.decode(errors="replace"), flags=re.S)
    found = re.findall(r'(?:invalid-feedback|role="alert"|errorlist)[^>]*>(.{0,300})', text, flags=re.S)
    found = found or re.findall(r"<main[^>]*>(.{0,500})", text, flags=re.S)
    return " | ".join(" ".join(re.sub(r"<[^>]*>?", " ", one).split())[:120] for one in found[:4])


def the_right_one(trials: Trials, forms: list[Form]) -> tuple[Form, Data] | None:
    """The first of these forms that is taken when its base case is sent."""
    for form in forms:
        base = base_of(form)
        with trials.rolled_back():
            answer = trials.post(form.address, base, files_of(form))
            if answer.status_code < 500 and is_taken(answer):
                return form, base
            if form.route in base_cases.REFUSED_ANYWAY:
                return form, base
            refused[form.route] = f"{form.address} {answer.status_code} {said(answer)} {trials.thrown}"
    return None


def groups(form: Form, base: Data) -> Iterator[tuple[str, list[Control]]]:
    """Fields that may carry the same bad value at once; of fields that differ by a number only, one."""
    by_column: dict[str, list[Control]] = {}
    seen = set()
    for one in form.controls:
        alike = ALIKE.sub("", one.name)
        if one.column == "file" or (alike != one.name and alike in seen):
            continue
        seen.add(alike)
        column = "coordinate" if one.name in ("latitude", "longitude") else one.column
        by_column.setdefault(column, []).append(one)
    for column, controls in by_column.items():
        if EACH or column == "hidden":
            yield from ((column, [one]) for one in controls)
        else:
            yield column, controls


def wrong_fields(answer: HttpResponse, fields: list[Control]) -> list[str]:
    """Which of these fields the page marks as wrong."""
    text = answer.content.decode(errors="replace")
    marked = []
    for one in fields:
        name = re.escape(one.name)
        for tag in re.findall(rf"<(?:input|textarea|select|fieldset)\b[^>]*\bname=\"{name}\"[^>]*>", text):
            if "is-invalid" in tag or 'aria-invalid="true"' in tag:
                marked.append(one.name)
    return marked


def try_group(trials: Trials, form: Form, base: Data, column: str, fields: list[Control]) -> None:
    for kind in kinds_for(column):
        refused = try_one(trials, form, base, column, fields, kind)
        if refused and len(fields) > 1 and len(refused) < len(fields):
            for one in fields:  # one refusal may have hidden what another would have done
                try_one(trials, form, base, column, [one], kind)


def try_one(
    trials: Trials, form: Form, base: Data, column: str, fields: list[Control], kind: Kind
) -> list[str] | None:
    """Returns the names of the fields that were refused, or None if the form was taken."""
    sent = base | {one.name: [kind.value] for one in fields}
    where = (form.route, ",".join(one.name for one in fields), kind.name)
    with trials.rolled_back():
        answer = trials.post(form.address, sent, files_of(form))
        if answer.status_code >= 500:
            trials.hole(*where, answer.status_code, trials.thrown)
            return None
        if is_taken(answer):
            _look_at_taken(trials, answer, form, fields, kind, where)
            return None
        _look_at_refused(trials, answer, form, base, column, where)
        return wrong_fields(answer, fields)


def _look_at_taken(
    trials: Trials, answer: HttpResponse, form: Form, fields: list[Control], kind: Kind, where: tuple[str, ...]
) -> None:
    right = [one.name in base_cases.SEARCHED or (form.route, one.name) in base_cases.LOOKED_AT for one in fields]
    if kind.right == "R" and not all(right):
        trials.hole(*where, "is taken")
    if set(kind.value) == {"Ж"} and cut_short("Ж", len(kind.value)):
        trials.hole(*where, "is cut short without a word")
    pages = [answer]
    if answer.status_code in (302, 303):
        pages.append(trials.client.get(answer["Location"]))
    if form.page not in (form.address, answer.get("Location")):
        pages.append(trials.client.get(form.page))
    for page in pages:
        if page.status_code >= 500:
            trials.hole(*where, "the page afterwards", page.status_code, trials.thrown)
        elif not page.streaming and "text/html" in page.get("Content-Type", ""):
            text = page.content.decode(errors="replace")
            for pattern in (RAW, UNSEEN):
                if found := pattern.search(text):
                    around = text[max(0, found.start() - 40) : found.end() + 10]
                    trials.hole(*where, "raw on the page", repr(around))


def _look_at_refused(
    trials: Trials, answer: HttpResponse, form: Form, base: Data, column: str, where: tuple[str, ...]
) -> None:
    text = answer.content.decode(errors="replace")
    if tables := changed(trials.before):
        trials.hole(*where, "refused, and yet changed", tables)
    if found := RAW.search(text):
        trials.hole(*where, "raw on the page", repr(text[max(0, found.start() - 40) : found.end() + 10]))
    if answer.status_code == 422 or column in TYPED:
        if not MESSAGE.search(text):
            trials.hole(*where, answer.status_code, "without a message")
        bad = where[1].split(",")
        kept = {*bad, *base_cases.SEARCHED, *(name for route, name in base_cases.NOT_GIVEN if route == form.route)}
        lost = [
            one.name for one in form.controls
            if one.column in TYPED and one.name not in kept
            and not all(is_given_back(answer, value) for value in base.get(one.name, []) if value)
        ]
        if lost and column in (*TYPED, "choice"):  # a forged id may belong to no panel of the page
            trials.hole(*where, answer.status_code, "lost", lost)


@pytest.mark.parametrize("face", list(FACES))
def test_bad_values_in_every_form(face: str, world: World) -> None:
    member, visitor = everybody()
    trials = Trials(visitor if face == "portal" else member)
    without = []
    found = shown_forms(world, trials.client, FACES[face])
    for route, forms in sorted(found.items()):
        if route in base_cases.NOT_A_FORM:
            continue
        right = the_right_one(trials, forms)
        if right is None:
            without.append(route)
            continue
        form, base = right
        for column, fields in groups(form, base):
            try_group(trials, form, base, column, fields)
    print(f"\n{face}: {len(found)} forms, {trials.count} requests")
    without = [route for route in without if route not in base_cases.NO_BASE_CASE]
    assert not without, "no base case is taken:\n" + "\n".join(refused[one] for one in without)
    assert not trials.holes, "\n" + "\n".join(trials.holes)
