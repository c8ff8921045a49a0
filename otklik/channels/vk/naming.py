"""Names by pages: events tell ids only. https://dev.vk.com/ru/method/users.get, up to 1000 at once."""

from collections.abc import Sequence

from otklik.channels.kit.calling import Caller
from otklik.channels.models import Account
from otklik.channels.vk.api import call

PEOPLE, PAGES = "https://vk.com/id", "https://vk.com/club"


def names(account: Account, links: Sequence[str], caller: Caller) -> dict[str, str]:
    """Names of people («Иванова Анна»: as clerks look them up) and of communities, by the links of their pages."""
    people = [one.removeprefix(PEOPLE) for one in links if one.startswith(PEOPLE)]
    pages = [one.removeprefix(PAGES) for one in links if one.startswith(PAGES)]
    found: dict[str, str] = {}
    if people:
        for one in call(account, caller, "users.get", {"user_ids": ",".join(people)}) or []:
            if not one.get("deactivated"):
                parts = (one.get("last_name"), one.get("first_name"))
                found[f"{PEOPLE}{one.get('id')}"] = " ".join(str(part) for part in parts if part)
    if pages:
        told = call(account, caller, "groups.getById", {"group_ids": ",".join(pages)})
        for one in (told.get("groups") if isinstance(told, dict) else told) or []:
            found[f"{PAGES}{one.get('id')}"] = str(one.get("name") or "")
    return found
