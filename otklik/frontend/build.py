"""Copy what the pages need out of ``node_modules`` into ``otklik/frontend/dist/``.

Run by ``make setup`` after ``npm ci``, with the standard library alone. Django finds the result as static
files: ``vendor/tabler/``, ``vendor/htmx/``, ``vendor/leaflet/``, ``vendor/fonts/pt-sans.css`` and the
icons in one sprite, ``vendor/icons.svg#NAME``. An icon is added by writing its name into ``icons.txt``.
"""

import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parent.parent / "node_modules"
DIST = HERE / "dist"

# Where it lies in node_modules → where it goes under vendor/.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "@fontsource/pt-sans/LICENSE": "fonts/LICENSE",
    "@tabler/icons/LICENSE": "icons.LICENSE",
}
FONT = "@fontsource/pt-sans"
# Cyrillic and Latin, plain and bold: 150 KB together. cyrillic-ext has letters of other languages.
FACES = ("cyrillic-400", "cyrillic-700", "latin-400", "latin-700")
SVG = "{http://www.w3.org/2000/svg}"


def main() -> int:
    """Build the folder anew beside the old one and swap them, so that a stop in the middle breaks nothing."""
    draft = DIST.with_name("dist.new")
    shutil.rmtree(draft, ignore_errors=True)
    vendor = draft / "vendor"
    try:
        for source, target in FILES.items():
            _copy(PACKAGES / source, vendor / target)
        _copy_fonts(vendor / "fonts")
        names = [line.strip() for line in (HERE / "icons.txt").read_text(encoding="utf-8").splitlines()]
        sprite = _sprite([name for name in names if name and not name.startswith("#")])
        (vendor / "icons.svg").write_text(sprite, encoding="utf-8")
    except FileNotFoundError as missing:
        print(f"Нет файла {missing.filename}: выполните npm ci --ignore-scripts.", file=sys.stderr)
        return 1
    shutil.rmtree(DIST, ignore_errors=True)
    draft.rename(DIST)
    return 0


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix in (".css", ".js"):
        text = source.read_text(encoding="utf-8")
        # The maps are not shipped, and Django's manifest of static files refuses a name without its file.
        text = re.sub(r"\s*(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S+)\s*", "\n", text)
        target.write_text(text, encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def _copy_fonts(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ranges = (PACKAGES / FONT / "unicode.json").read_text(encoding="utf-8")
    rules = []
    for face in FACES:
        subset, weight = face.split("-")
        name = f"pt-sans-{face}-normal.woff2"
        shutil.copyfile(PACKAGES / FONT / "files" / name, folder / name)
        found = re.search(rf'"{subset}":\s*"([^"]+)"', ranges)
        limits = f"  unicode-range: {found[1]};\n" if found else ""
        rules.append(
            "@font-face {\n  font-family: 'PT Sans';\n  font-style: normal;\n  font-display: swap;\n"
            f"  font-weight: {weight};\n  src: url({name}) format('woff2');\n{limits}}}\n"
        )
    (folder / "pt-sans.css").write_text("".join(rules), encoding="utf-8")


def _sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon; ``NAME`` is outlined, ``NAME-filled`` is filled."""
    ElementTree.register_namespace("", SVG.strip("{}"))
    sprite = ElementTree.Element(f"{SVG}svg")
    for name in sorted(set(names)):
        filled = name.endswith("-filled")
        file = f"filled/{name.removesuffix('-filled')}.svg" if filled else f"outline/{name}.svg"
        icon = ElementTree.parse(PACKAGES / "@tabler/icons/icons" / file).getroot()
        kept = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
        look = {key: icon.attrib[key] for key in kept if key in icon.attrib}
        symbol = ElementTree.SubElement(sprite, f"{SVG}symbol", {"id": name, **look})
        # Tabler puts an invisible square of 24 × 24 into each icon; it only takes place.
        symbol.extend(shape for shape in icon if shape.get("d") != "M0 0h24v24H0z")
    return ElementTree.tostring(sprite, encoding="unicode")


if __name__ == "__main__":
    sys.exit(main())
