"""What a browser says of itself, in two words a person understands: «Chrome, Windows»."""

BROWSERS = (  # the first that stands in the header: many call themselves Chrome and Safari, too
    ("YaBrowser", "Yandex"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 60


def in_words(agent: str) -> str:
    """The browser and the system; what is unknown stays as it came, cut short. For showing only: anybody may lie."""
    found = [next((words for mark, words in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in found if word) or agent[:LONGEST]
