"""The reader learns from the region's own cases, is used only when it wins, and is never missed when it is gone."""

import os
import random
from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases import knowledge as known
from otklik.cases import learning, reader_files
from otklik.cases.learning_rows import material, theme_words
from otklik.cases.models import Case, ReaderBase, ReaderVersion
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.territory.models import Kind, Territory
from otklik.triage import Hints, understand
from otklik.triage.evaluating.sameness import is_frozen
from otklik.triage.model.pieces import pieces_of
from otklik.triage.words import tokens_of
from tests.cases.learning_steps import DIALECT, history, text_of, themes
from tests.cases.steps import RECEIVED
from tests.making import SYSTEM, make_staff, send


def region_code() -> str:
    return Territory.objects.get(kind=Kind.REGION).code


pytestmark = pytest.mark.django_db
THEME = ReaderVersion.Task.THEME


@pytest.fixture(autouse=True)
def fresh_knowledge():
    known._cached = None
    yield
    known._cached = None


def learnt(now=RECEIVED, **more) -> ReaderVersion:
    made = learning.learn(THEME, now, **more)
    known._cached = None
    return made


def read(text: str):
    with acting(SYSTEM, read_only=True):
        return understand(text, Hints(), known.knowledge())


def loaded() -> int | None:
    """The number of the version that reads now."""
    known._cached = None
    with acting(SYSTEM, read_only=True):
        version = reader_files.load(THEME, theme_words()).version
        return version.pk if version else None


def lamp(seed: int = 99) -> str:
    return text_of("light.street", random.Random(seed))


def file_of(version: ReaderVersion):
    return reader_files.folder() / f"{version.task}-{version.digest}.model"


def test_it_learns_the_regions_own_words_and_is_used_from_then_on():
    history(260, now=RECEIVED)
    before = read(lamp()).themes
    version = learnt()
    assert version.state == ReaderVersion.State.IN_USE
    after = read(lamp())
    assert after.themes[0].code == themes()["light.street"].code != (before[0].code if before else "")
    assert (after.themes[0].p or 0) > 0.8 and not after.abstains
    card = version.card
    value, low, high = card["figures"]["top1"]
    assert low <= value <= high and value > 0.9 and card["better"] > card["worse"] and card["luck"] <= 0.05
    assert card["from"] < card["to"] and card["replaces"] is None and card["edition"]
    entry = Entry.objects.get(stream="reader:theme")
    assert (entry.verb, entry.fields["version"], entry.fields["state"]) == ("reader_learnt", version.pk, "in_use")


def test_the_frozen_fifth_is_never_learnt_from_and_copies_of_one_text_stay_together():
    cases = history(240, now=RECEIVED)
    with acting(SYSTEM), widened():
        twins = Case.objects.filter(pk__in=[case.pk for case in cases[:6]])
        twins.update(text=cases[0].text + " срочно")
    version = learnt()
    assert loaded() == version.pk
    learnt_ids = reader_files.learnt_by(version)
    with acting(SYSTEM, read_only=True):
        rows = material(THEME).rows
    assert learnt_ids == {row.case_id for row in rows if not is_frozen(row.group)}
    assert len({row.group for row in rows if row.case_id in {case.pk for case in cases[:6]}}) == 1
    assert 0.08 < version.card["judged"] / len(rows) < 0.35


def test_what_does_not_win_is_kept_with_its_card_and_not_used():
    history(260, now=RECEIVED)
    first = learnt()
    second = learnt(RECEIVED + timedelta(days=1))  # of the same cases: a tie
    assert (first.state, second.state) == ("in_use", "refused")
    assert second.card["replaces"] == first.pk and not second.card["wins"] and second.content is None
    assert loaded() == first.pk


def test_the_same_cases_make_the_same_version():
    history(240, now=RECEIVED)
    first = learnt()
    second = learnt(RECEIVED + timedelta(days=1))
    assert first.card["file"] == second.card["file"] and first.digest == second.digest


def test_too_few_cases_teach_nothing():
    history(60, now=RECEIVED)
    with pytest.raises(Refused, match="мало разобранных"):
        learnt()
    assert not ReaderVersion.objects.exists()


def test_a_version_holds_no_words_and_what_it_learns_holds_no_names():
    history(240, now=RECEIVED)
    with acting(SYSTEM), widened():
        for case in Case.objects.order_by("pk")[:20]:
            case.text += " Звоните: Ковыльная Анна Петровна, +79000000001"
            case.save()
    version = learnt()
    for word in ("бурдюля", "Ковыльная", "ковыльный", "9000000001"):
        assert word.encode() not in bytes(version.content)
    with acting(SYSTEM, read_only=True):
        cleaned = material(THEME).rows[0].pieces
    hidden = set(pieces_of(tokens_of("Ковыльная 79000000001")).families[0].tolist())
    assert not hidden & set(cleaned.families[0].tolist())


# --- never missed -----------------------------------------------------------------------------------------------


_taught: list[dict] = []  # two versions as they were learnt once; what tests need is rows and files


@pytest.fixture
def two():
    """Two versions, the second in use; their files are as fresh as after a start."""
    if not _taught:
        history(240, now=RECEIVED)
        first = learnt()
        learning.go_back(SYSTEM, THEME, None, RECEIVED)
        history(60, seed=2, now=RECEIVED)
        learnt(RECEIVED + timedelta(days=1))
        base = ReaderBase.objects.get()
        for row in ReaderVersion.objects.order_by("pk"):
            _taught.append({name: getattr(row, name) for name in ("made_at", "state", "card", "digest", "signature")}
                           | {"content": bytes(row.content), "base": (base.digest, bytes(base.content))})  # fmt: skip
        with acting(SYSTEM), widened():
            ReaderVersion.objects.all().delete()
        assert first.digest == _taught[0]["digest"] != _taught[1]["digest"]
    rows = []
    for kept in _taught:
        told = dict(kept)
        base, _new = ReaderBase.objects.get_or_create(digest=told["base"][0], defaults={"content": told["base"][1]})
        rows.append(ReaderVersion.objects.create(task=THEME, **(told | {"base": base})))
    assert loaded() == rows[1].pk
    return rows[0], rows[1]


def test_a_spoilt_file_is_made_anew_from_the_database(two):
    _first, second = two
    path = file_of(second)
    whole = path.read_bytes()
    for spoilt in (whole[: len(whole) // 2], whole[:-1] + bytes([whole[-1] ^ 1]), b"", b"\x80\x04pickle" * 50):
        path.write_bytes(spoilt)
        assert loaded() == second.pk
        assert path.read_bytes() == whole
    path.unlink()
    assert loaded() == second.pk and path.exists()


def spoil(version: ReaderVersion, how: str) -> None:
    file_of(version).unlink(missing_ok=True)
    row = ReaderVersion.objects.get(pk=version.pk)
    if how == "content":
        kept = bytearray(row.content)
        kept[len(kept) // 2] ^= 1
        row.content = bytes(kept)
    elif how == "gone":
        row.content = None
    elif how == "card":
        row.card = {**row.card, "thresholds": {"region": {"0.9": 0.0, "0.95": 0.0}, "of": {}}}
    elif how == "signature":
        row.signature = "0" * 64
    row.save()


@pytest.mark.parametrize("how", ["content", "card", "signature"])
def test_a_version_that_cannot_be_trusted_gives_way_to_the_one_before(two, how):
    first, second = two
    spoil(second, how)
    assert loaded() == first.pk


def test_without_any_version_the_desk_reads_by_the_words_of_the_classifier(two):
    for version in two:
        spoil(version, "card")
    assert loaded() is None
    sent = send("Во дворе вторую неделю не вывозят мусор из контейнеров")
    with acting(SYSTEM, read_only=True):
        case = Case.objects.get(pk=sent.case_id)
    assert case.suggestion and case.suggestion["reader"] is None
    assert "waste" in case.suggestion["themes"][0]["code"] or case.suggestion["themes"]


def test_a_broken_version_is_marked_and_the_one_before_takes_its_place(two):
    first, second = two
    spoil(second, "card")
    assert learning.set_aside_broken(RECEIVED + timedelta(days=3)) == [second.pk]
    states = dict(ReaderVersion.objects.values_list("pk", "state"))
    assert (states[first.pk], states[second.pk]) == ("in_use", "broken")
    assert Entry.objects.filter(stream="reader:theme", verb="reader_broken").count() == 1
    assert learning.set_aside_broken(RECEIVED + timedelta(days=3)) == []


def test_a_folder_that_cannot_be_written_is_no_failure(two, monkeypatch, tmp_path):
    _first, second = two
    blocked = tmp_path / "no-folder"
    blocked.write_text("a file in the way")
    monkeypatch.setattr(reader_files, "folder", lambda: blocked / "models")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert loaded() == second.pk and read("Не горит фонарь на улице").themes
    spare = tmp_path / f"otklik-models-{os.geteuid()}"
    assert [path.name for path in spare.iterdir()] == [f"theme-{second.digest}.model"]
    spare.chmod(0o777)  # anybody could put something there
    assert loaded() is None  # nothing to map into memory; the words of the classifier are always there
    assert read("Не горит фонарь на улице").themes


def test_the_arrays_are_one_mapped_file_for_all_processes(two):
    with acting(SYSTEM, read_only=True):
        trained = reader_files.load(THEME, theme_words()).model.trained
    for array in (trained.by_text, trained.landmarks, trained.by_profile):
        assert not array.flags.owndata and not array.flags.writeable


# --- who, when ---------------------------------------------------------------------------------------------------


def test_people_go_back_to_an_earlier_version_and_to_none(two):
    first, second = two
    analyst = make_staff(("analyst", region_code()))
    learning.go_back(analyst, THEME, first.pk, RECEIVED)
    assert loaded() == first.pk
    learning.go_back(analyst, THEME, None, RECEIVED)
    assert loaded() is None
    learning.go_back(analyst, THEME, second.pk, RECEIVED)
    assert loaded() == second.pk
    fields = [e.fields for e in Entry.objects.filter(verb="reader_changed").order_by("seq")]
    assert fields[-3:] == [
        {"from": second.pk, "to": first.pk}, {"from": first.pk, "to": None}, {"from": None, "to": second.pk},
    ]
    with pytest.raises(Refused):
        learning.go_back(make_staff(("coordinator", "gorod-kamyshin")), THEME, first.pk, RECEIVED)
    spoil(first, "signature")
    with pytest.raises(Refused, match="повреждена"):
        learning.go_back(analyst, THEME, first.pk, RECEIVED)
    assert loaded() == second.pk


def test_bases_are_kept_beside_the_versions_learnt_through_them():
    history(240, now=RECEIVED)
    version = learnt()
    assert ReaderBase.objects.get().digest == version.base_id == version.card["base"]
    assert set(DIALECT) == set(themes())
