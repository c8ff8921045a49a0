"""The accounts that every region has from the first day."""

from otklik.channels.models import Account


def own_account(channel: str) -> Account:
    """The region's one account of an own channel (portal, phone, reception), made when first asked for."""
    names = {
        Account.Channel.PORTAL: "Портал", Account.Channel.PHONE: "Звонки", Account.Channel.RECEPTION: "Личный приём",
    }
    account, _new = Account.objects.get_or_create(
        code=channel, defaults={"channel": channel, "name": names[Account.Channel(channel)]}
    )
    return account
