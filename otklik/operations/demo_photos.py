"""Drawn pictures for the demo: nothing in them was ever photographed."""

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

from otklik.files.photos import CleanPhoto, accept_photo

SIZE = (960, 720)
KINDS = 8
SKIES = ("#a9c7de", "#c9d3da", "#dfe3e0", "#b8c4cf")
WALLS = ("#c7b299", "#b9a58c", "#d2c6b0", "#a8988a")


@lru_cache(maxsize=2 * KINDS)
def picture(number: int, *, mended: bool) -> CleanPhoto:
    """A street with a hole in it, or the same street mended. The same number gives the same picture."""
    rng = Random(f"picture {number % KINDS}")
    image = Image.new("RGB", SIZE, rng.choice(SKIES))
    draw = ImageDraw.Draw(image)
    for n in range(5):
        left = n * 200 - rng.randrange(60)
        top = 180 + rng.randrange(120)
        draw.rectangle((left, top, left + 170, 460), fill=rng.choice(WALLS))
        for row in range(top + 25, 430, 60):
            for column in range(left + 20, left + 150, 45):
                draw.rectangle((column, row, column + 24, row + 32), fill="#55636e")
    draw.rectangle((0, 460, *SIZE), fill="#6d6f70")
    draw.polygon(((0, 500), (SIZE[0], 480), (SIZE[0], 500), (0, 522)), fill="#b3b0a6")
    x, y = rng.randrange(250, 600), rng.randrange(560, 620)
    if mended:
        draw.polygon(((x - 110, y - 30), (x + 120, y - 36), (x + 150, y + 44), (x - 140, y + 50)), fill="#3d3f40")
    else:
        draw.ellipse((x - 110, y - 30, x + 130, y + 44), fill="#453c33")
        draw.ellipse((x - 70, y - 8, x + 90, y + 32), fill="#7d8a90")
    packed = io.BytesIO()
    image.save(packed, "PNG")
    return accept_photo(packed.getvalue(), f"рисунок-{number % KINDS + 1}{'-после' if mended else ''}.png")
