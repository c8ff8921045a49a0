"""Pages of the exchange ask the database a fixed number of times, whatever stands on them."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browser.world import HOME, World
from tests.making import logged_in, make_user

EVERY_PAGE = 7


def test_pages_ask_the_database_few_times(world: World):
    """Twelve of their own; the log-in, the roles and the transaction of every page come besides."""
    client, asked = logged_in(make_user(("curator", "volgograd"))), {}
    for address in ("exchange/", f"passports/{HOME}/", "passports/", "questions/",
                    "exchange/templates/", "exchange/review/", f"exchange/{world.values['exchange_id'][1]}/"):
        client.get(f"/region/{address}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/region/{address}").status_code == 200
        asked[address] = len(captured)
    assert {address: n for address, n in asked.items() if n > 12 + EVERY_PAGE} == {}
