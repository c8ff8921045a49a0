"""Secrets of accounts: encrypted at rest by the host's key, never shown again."""

import json
from collections.abc import Mapping

from otklik.channels.models import Account, Setup
from otklik.residents.contacts import seal_words, unseal_words


def keep(setup: Setup, values: Mapping[str, str]) -> None:
    """Put new secrets beside those that stay (an empty value changes nothing). The caller saves."""
    together = {**_shown(setup), **{name: value for name, value in values.items() if value}}
    setup.secrets, setup.secrets_key = seal_words(json.dumps(together, ensure_ascii=False))


def kept_names(setup: Setup) -> frozenset[str]:
    """Which secrets are there, for the settings page."""
    return frozenset(_shown(setup))


def secret(account: Account, name: str) -> str:
    """One secret for a call, or an empty string. Raises `Failure` when the host's key is another one."""
    try:
        return _shown(account.setup).get(name, "")
    except Setup.DoesNotExist:
        return ""


def _shown(setup: Setup) -> dict[str, str]:
    if not setup.secrets:
        return {}
    values: dict[str, str] = json.loads(unseal_words(bytes(setup.secrets), setup.secrets_key))
    return values
