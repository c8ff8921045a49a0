"""The host's key file: made once, the same for all who ask at once, and never silently empty."""

from pathlib import Path

import pytest

from otklik.secrets_file import secret
from tests.at_once import at_once


def test_a_key_is_made_once_and_is_readable_by_the_owner_alone(tmp_path: Path):
    first = secret(tmp_path, "contacts")
    assert len(first) == 64
    assert secret(tmp_path, "contacts") == first
    assert (tmp_path / "secrets" / "contacts").stat().st_mode & 0o077 == 0
    assert [p.name for p in (tmp_path / "secrets").iterdir()] == ["contacts"]


def test_several_programs_starting_at_once_get_the_same_key(tmp_path: Path):
    assert len(set(at_once(*(lambda: secret(tmp_path, "contacts") for _n in range(5))))) == 1


def test_an_empty_key_file_is_told_and_not_used(tmp_path: Path):
    secret(tmp_path, "contacts")
    (tmp_path / "secrets" / "contacts").write_text(" \n")
    with pytest.raises(SystemExit, match="secrets/contacts пуст"):
        secret(tmp_path, "contacts")
