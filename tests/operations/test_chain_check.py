"""The nightly look at the journal, and its verdict on the page of the region's security officer."""

import psycopg
from django.utils import timezone

from otklik.operations import chain_check
from otklik.operations.beats import follow_journal, seal_journal
from tests.making import logged_in, make_user, send


def test_the_verdict_on_the_journal_is_shown_to_the_region_only(committed, owner_url):
    send()
    follow_journal(timezone.now())
    seal_journal(timezone.now())
    client = logged_in(make_user(("security", "volgograd")))
    assert "ещё не проверяли" in client.get("/settings/audit/").content.decode()
    assert chain_check.check(timezone.now())["problems"] == []
    page = client.get("/settings/audit/").content.decode()
    assert "цел" in page and "по запись" in page
    with psycopg.connect(owner_url) as owner:
        assert owner.execute("UPDATE journal_entry SET verb = 'closed' WHERE verb = 'opened'").rowcount == 1
    assert chain_check.check(timezone.now())["problems"]
    assert "нарушен" in client.get("/settings/audit/").content.decode()
    local = logged_in(make_user(("security", "gorod-kamyshin")))
    assert "нарушен" not in local.get("/settings/audit/").content.decode()
