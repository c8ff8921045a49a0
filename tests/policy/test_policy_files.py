"""Shipped policy files say what the design says, each limit with its source; a broken file is one clear line."""

from pathlib import Path

import pytest

from otklik.policy.reading import policy_from_mapping, read_policy, read_toml, shipped, shipped_policies
from otklik.policy.regulation import PolicyError


def social() -> dict[str, object]:
    return read_toml(next(path for path in shipped("regimes") if path.name == "social.toml"))


def test_the_four_regimes_are_shipped_with_the_limits_of_the_design() -> None:
    limits = {
        regime: {rule.kind: (rule.limit.amount, rule.limit.unit, rule.starts) for rule in versions[-1].clocks}
        for regime, versions in shipped_policies().items()
    }
    assert limits == {
        "social": {
            "react": (1, "working_hours", "received"),
            "answer": (8, "working_hours", "received"),
            "final": (7, "working_days", "interim"),
        },
        "pos": {"answer": (30, "days", "registered")},
        "law59": {
            "register": (3, "days", "received"),
            "forward": (7, "days", "registered"),
            "answer": (30, "days", "registered"),
        },
        "law8": {
            "register": (3, "days", "received"),
            "forward": (7, "days", "registered"),
            "answer": (30, "days", "registered"),
            "extend": (7, "days", "registered"),
        },
    }


@pytest.mark.parametrize(
    ("regime", "kind", "source"),
    [
        ("law59", "register", "часть 2 статьи 8 59-ФЗ"),
        ("law59", "forward", "часть 3 статьи 8 59-ФЗ"),
        ("law59", "answer", "часть 1 статьи 12 59-ФЗ"),
        ("law8", "register", "часть 5 статьи 18 8-ФЗ"),
        ("law8", "forward", "часть 7 статьи 18 8-ФЗ"),
        ("law8", "answer", "часть 6 статьи 18 8-ФЗ"),
        ("law8", "extend", "часть 6 статьи 18 8-ФЗ"),
    ],
)
def test_a_legal_limit_names_its_article(regime: str, kind: str, source: str) -> None:
    rule = shipped_policies()[regime][-1].rule(kind)
    assert rule is not None
    assert rule.source == source


def test_only_social_clocks_may_pause_and_law_knows_no_closing_by_silence() -> None:
    for regime, (policy, *_) in shipped_policies().items():
        assert any(rule.pausable for rule in policy.clocks) == (regime == "social")
        assert (policy.silence_closes_working_days is not None) == (regime == "social")


def test_social_closes_by_silence_and_reopens_as_the_design_says() -> None:
    policy = shipped_policies()["social"][-1]
    assert (policy.silence_closes_working_days, policy.reopen_days, policy.reopen_importance_max) == (
        3,
        30,
        3,
    )
    assert policy.approval == ("approver",)


def test_a_centre_of_one_person_may_have_no_approval() -> None:
    assert policy_from_mapping({**social(), "approval": []}).approval == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"regime": "sms"}, "«regime»"),
        ({"valid_from": "вчера"}, "«valid_from»"),
        ({"valid_from": None}, "«valid_from»"),
        ({"version": -1}, "«version»"),
        ({"version": True}, "«version»"),
        ({"warn_percent": [80, 50, 100]}, "warn_percent"),
        ({"warn_percent": [50, 80]}, "warn_percent"),
        ({"approval": [1]}, "«approval»"),
        ({"reopen_importance_max": 9}, "«reopen_importance_max»"),
        ({"clocks": [{"kind": "answer"}]}, "clocks 1"),
        ({"clocks": ["answer"]}, "clocks 1"),
        ({"clocks": {}}, "«clocks»"),
        ({"colour": "red"}, "лишнее поле «colour»"),
    ],
)
def test_a_wrong_policy_is_refused_naming_the_place(change: dict[str, object], message: str) -> None:
    with pytest.raises(PolicyError, match=message) as caught:
        policy_from_mapping({**social(), **change}, "social.toml")
    assert str(caught.value).startswith("social.toml")
    assert "\n" not in str(caught.value)


def test_clocks_that_repeat_or_point_nowhere_are_refused() -> None:
    rule = {
        "kind": "answer",
        "limit": 1,
        "unit": "days",
        "starts": "received",
        "stops": [],
        "source": "образец",
    }
    with pytest.raises(PolicyError, match="дважды"):
        policy_from_mapping({**social(), "clocks": [rule, rule]})
    extension = {"days": 5, "source": "образец", "notice_until": "extend"}
    with pytest.raises(PolicyError, match="extend"):
        policy_from_mapping({**social(), "clocks": [{**rule, "extension": extension}]})
    with pytest.raises(PolicyError, match="важность или код темы"):
        policy_from_mapping({**social(), "clocks": [{**rule, "override": [{"limit": 1, "unit": "days"}]}]})


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="Нет файла"):
        read_policy(tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("regime = [", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"broken\.toml"):
        read_policy(broken)
    broken.write_bytes("regime = 'ы'".encode("cp1251"))
    with pytest.raises(PolicyError, match=r"broken\.toml"):
        read_policy(broken)
