"""Makes content with as many procedures as wanted, by varying the real ones."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from content.model import Both, Procedure
from content.whole import Content

OBJECTS = (
    ("xe máy điện", "electric motorbikes"),
    ("tàu cá", "fishing boats"),
    ("máy cày", "ploughing machines"),
    ("nhà trọ", "boarding houses"),
    ("trang trại heo", "pig farms"),
    ("vườn thanh long", "dragon fruit orchards"),
    ("kho lạnh", "cold stores"),
    ("quán ăn", "eating houses"),
    ("lò bánh mì", "bakeries"),
    ("tiệm thuốc tây", "pharmacies"),
    ("giếng khoan", "drilled wells"),
    ("ao nuôi tôm", "shrimp ponds"),
    ("xưởng gỗ", "sawmills"),
    ("bến đò", "ferry landings"),
    ("nhóm trẻ", "day nurseries"),
    ("sân bóng", "football pitches"),
    ("trạm xăng", "petrol stations"),
    ("nghĩa trang", "cemeteries"),
    ("chợ đêm", "night markets"),
    ("nhà yến", "swiftlet houses"),
)
PLACES = (
    ("vùng biên giới", "in the border area"),
    ("khu công nghiệp", "in industrial parks"),
    ("cù lao", "on river islands"),
    ("ven kênh", "along canals"),
    ("khu tái định cư", "in resettlement areas"),
    ("nội ô", "in town centres"),
    ("làng nghề", "in craft villages"),
    ("cửa khẩu", "at border gates"),
    ("khu du lịch", "in tourist areas"),
    ("rừng phòng hộ", "in protective forests"),
)
ALIASES = 3
"""Everyday names that a made procedure takes over: catalogues of thousands have few."""


def grow(content: Content, size: int) -> Content:
    """Give content with `size` procedures: the real ones and varied copies of them."""
    real = content.procedures
    made = itertools.islice(_copies(list(real.values())), max(size - len(real), 0))
    return replace(content, procedures={**real, **{new.slug: new for new in made}})


def write(content: Content, folder: Path) -> None:
    """Write the content as a folder: the real files, and one for each made procedure.

    The made ones are written as JSON, which is YAML too and is written faster.
    """
    names = shutil.ignore_patterns("*.py", "__pycache__", "locale")
    shutil.copytree(content.folder, folder, ignore=names)
    for slug, procedure in content.procedures.items():
        path = folder / "procedures" / f"{slug}.yaml"
        if not path.exists():
            path.write_text(procedure.model_dump_json(), encoding="utf-8")


def _copies(real: list[Procedure]) -> Iterator[Procedure]:
    varied = itertools.product(PLACES, OBJECTS)
    for number, (place, thing) in enumerate(varied, 1):
        for procedure in real:
            yield _varied(procedure, number, thing, place)


def _varied(
    procedure: Procedure, number: int, thing: tuple[str, str], place: tuple[str, str]
) -> Procedure:
    """Copy with strings of its own, as a file would have them, under another name."""
    copy = Procedure.model_validate_json(procedure.model_dump_json())
    name = Both(
        vi=f"{copy.name.vi} đối với {thing[0]} {place[0]}",
        en=f"{copy.name.en} for {thing[1]} {place[1]}",
    )
    aliases = tuple(f"{alias} {thing[0]} {place[0]}" for alias in copy.aliases[:ALIASES])
    slug = f"{copy.slug}-{number}"
    return copy.model_copy(update={"slug": slug, "name": name, "aliases": aliases})
