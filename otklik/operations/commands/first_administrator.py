"""Prints a one-time token for the first administrator, or nothing: a step of `otklik up`, not a command of its own."""

import click


def main() -> None:
    """The address is the caller's: it knows where the site is."""
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.operations.first_administrator import first_invitation

    token = first_invitation(timezone.now())
    if token is not None:
        click.echo(token)


if __name__ == "__main__":
    main()
