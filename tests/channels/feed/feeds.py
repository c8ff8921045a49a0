"""Feeds of invented papers, written by hand."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from django.utils import timezone

HOLE = "Жители жалуются на яму на улице Мира в Камышине. Яма глубокая, машины бьют колёса, просят засыпать её."
LAMP = "Почему на улице Ленина в Камышине третью неделю не горят фонари? Жители просят включить освещение."


def item(
    number: int, title: str, text: str, *, link: str = "", guid: str = "", at: datetime | None = None, more: str = ""
) -> str:
    at = at or timezone.now() - timedelta(hours=1)
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link or f'https://paper.example.ru/news/{number}')}</link>"
        f"<guid isPermaLink='false'>{guid or f'paper-{number}'}</guid><pubDate>{format_datetime(at)}</pubDate>"
        f"<description><![CDATA[{text}]]></description>{more}</item>"
    )


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', title: str = "Камышинский вестник") -> str:
    names = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return f'{head}<rss version="2.0" {names}><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def atom(*entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>Город</title>{"".join(entries)}</feed>'
    )
