"""`make prove` runs what the region is promised, and says when a bound is not held."""

import json
import sys

import pytest
from click.testing import CliRunner

from bench import prove
from otklik.operations.commands import bench


def test_every_measurement_of_the_region_is_a_campaign_and_a_word_of_the_command():
    campaigns = {one.module for one in prove.CAMPAIGNS}
    for name in ("region", "radar", "rating", "effects", "reports"):
        assert bench.WORKS[name] == f"bench.{name}"
        assert f"bench.{name}" in campaigns


@pytest.mark.parametrize(("found", "held"), [((0.9, 1.0), True), ((0.899, 1.0), False), ((float("nan"), 0.5), False)])
def test_a_bound_that_is_not_held_ends_with_an_exit_code_and_is_named(tmp_path, monkeypatch, capfd, found, held):
    said = json.dumps(dict(zip(("found_in_15", "false_per_week"), found, strict=True)))
    (tmp_path / "campaign_of_a_test.py").write_text(f"print({said!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(prove, "CAMPAIGNS", (prove.Campaign("campaign_of_a_test", (), prove.radar),))
    monkeypatch.setattr(sys, "argv", ["prove"])
    with pytest.raises(SystemExit) as end:
        prove.main()
    out = capfd.readouterr().out
    assert end.value.code == (0 if held else 1)
    assert ("found within 15 minutes: " in out) and ("(bound: at least 0.9)" in out)
    assert ("NOT HELD" in out.partition("== not held:")[2]) != held


def test_a_campaign_that_breaks_is_told_and_a_name_that_there_is_not_stops_at_once(tmp_path, monkeypatch, capfd):
    (tmp_path / "breaks_in_a_test.py").write_text("raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for judge in (None, prove.radar):
        assert prove.run(prove.Campaign("breaks_in_a_test", (), judge)) == ["breaks_in_a_test: exit code 3"]
    monkeypatch.setattr(sys, "argv", ["prove", "bench.nothing"])
    with pytest.raises(SystemExit, match="No such campaign: bench.nothing"):
        prove.main()
    assert "Traceback" not in capfd.readouterr().err


def test_the_command_takes_no_other_words():
    assert CliRunner().invoke(bench.bench, ["weather"]).exit_code == 2
