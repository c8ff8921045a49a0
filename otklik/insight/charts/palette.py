"""The colours of charts by name. A spec says `$bar`; a page gets a class `c-bar`, so that day and night differ.

The same values stand in `region/charts.css` (a test compares). Every light value occurs once: a drawn colour is led
back to its name by it. The categories `cat-*` are told apart by people who see colours differently, too, and never
stand alone: each line or column has its name beside it.
"""

LIGHT: dict[str, str] = {
    "ink": "#17202b", "soft": "#56606e", "grid": "#dfe3e8", "paper": "#ffffff",
    "bar": "#0b5cad", "bar-soft": "#9cc3ea", "usual": "#7a8594", "late": "#b3261e",
    "good": "#2a7d46", "band": "#cfe0f3",
    "bad-0": "#d3ecd9", "bad-1": "#eaf1cf", "bad-2": "#fdeec2", "bad-3": "#fbd6b4", "bad-4": "#f7bdb5",
    "load-0": "#eef4fb", "load-1": "#d8e7f7", "load-2": "#b9d5f1", "load-3": "#92bfe9", "load-4": "#69a6df",
    "none": "#eceff3",
    "cat-1": "#0b5cae", "cat-2": "#b5560f", "cat-3": "#1b7a5a", "cat-4": "#8a3d8f",
    "cat-5": "#7c6a00", "cat-6": "#4d5561",
}
DARK: dict[str, str] = {
    "ink": "#e6ebf1", "soft": "#a3afbd", "grid": "#323c48", "paper": "#151c24",
    "bar": "#4d9be6", "bar-soft": "#2b5a8a", "usual": "#8793a1", "late": "#ff8a80",
    "good": "#6cc58b", "band": "#24405e",
    "bad-0": "#1f4a2e", "bad-1": "#3c4a1d", "bad-2": "#574712", "bad-3": "#63381a", "bad-4": "#6e2822",
    "load-0": "#1c2938", "load-1": "#1d3550", "load-2": "#1d4268", "load-3": "#1c5184", "load-4": "#1d62a4",
    "none": "#29323d",
    "cat-1": "#5aa5ee", "cat-2": "#f0995a", "cat-3": "#5cc7a0", "cat-4": "#d191d6",
    "cat-5": "#cdb83f", "cat-6": "#aab4c0",
}
NAMES: dict[str, str] = {value: name for name, value in LIGHT.items()}
CATEGORIES = tuple(name for name in LIGHT if name.startswith("cat-"))
