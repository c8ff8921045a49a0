"""The folder that a new region begins with: every file, its heading, and one line of example that passes the check."""

from pathlib import Path

from otklik.failures import Failure
from otklik.territory.region_check import COLUMNS

REGION = '''# Регион целиком. Исправьте примеры; проверить: otklik region init --check ЭТА_ПАПКА
code = "primer"                   # латиницей; не меняется никогда
name = "Примерная область"
genitive = "Примерной области"
type_name = "область"
subject_code = "00"               # справочник субъектов РФ: с него начинаются номера карточек
oktmo = "00000000"
zone = "Europe/Moscow"
latitude = 55.7
longitude = 37.6
population = 100000
centre = "gorod-primersk"         # код муниципалитета из municipalities.csv
source = "откуда эти сведения"

# [site]
# address = "https://otklik.primer.example"   # по нему придут жители и сотрудники

[centre_of_region]
code = "cur"
name = "Центр управления регионом Примерной области"
short_name = "ЦУР Примерной области"

[phones]
emergency = "112"

[defaults]
regime = "social"
calendar = "RU"

# Как называются органы, которые есть в каждом муниципалитете.
[names]
municipal_centre = "Муниципальный центр управления {genitive}"
municipal_centre_short = "МЦУ {short_genitive}"
administration = "Администрация {genitive} {region}"
administration_short = "Администрация {short_genitive}"
settlement_administration = "Администрация {genitive} {municipality}"
settlement_administration_short = "Администрация {genitive}"
'''
EXAMPLES = {
    "municipalities.csv": {
        "code": "gorod-primersk", "oktmo": "00701000", "name": "городской округ город Примерск",
        "short_name": "Примерск", "type_name": "городской округ", "genitive": "городского округа город Примерск",
        "short_genitive": "Примерска", "centre_type": "город", "centre": "Примерск", "population": "100000",
        "latitude": "55.7", "longitude": "37.6", "source": "ОКТМО",
    },
    "settlements.csv": {"name": "Примерск", "type_name": "город", "municipality": "gorod-primersk"},
    "bodies.csv": {
        "code": "kom-zhkh", "name": "Комитет жилищно-коммунального хозяйства Примерной области",
        "short_name": "Комитет ЖКХ", "kind": "regional_body", "territory": "primer",
    },
}  # fmt: skip
STAFF = "Имя для входа,Должность,\"Фамилия, имя, отчество\",Роль,Где,Телефон,Почта\n" \
        "admin,администратор,Примеров Пётр Петрович,администратор,Примерная область,,\n"
README = """# Папка региона

Проверить: `otklik region init --check ПАПКА`. Завести или обновить: `otklik region init ПАПКА`.

| Файл | Что в нём | Обязателен |
|---|---|---|
| `region.toml` | регион: код, название, часовой пояс, как называются органы | да |
| `municipalities.csv` | муниципалитеты | да |
| `inner_districts.csv` | районы города, которые не муниципалитеты | |
| `settlements.csv` | населённые пункты, известные сразу (остальные — `otklik territory settlements`) | |
| `codes.csv`, `aliases.csv` | старые и новые коды, другие названия | |
| `bodies.csv` | органы и организации региона (центры и администрации заводятся сами) | |
| `ended_bodies.csv` | упразднённые поселения | |
| `staff.csv` или `staff.xlsx` | сотрудники; ссылки для входа окажутся в `staff-links.csv` в папке данных региона | |
| `calendar/ГОД.toml` | год рабочего календаря вместо того, что в программе | |
| `policies/РЕЖИМ.toml` | регламент региона вместо общего | |
| `classifier/` | свой классификатор тем (как `otklik/classifier/shipped/default`) | |

Файлы — UTF-8, столбцы через запятую. Строку исправили и повторили команду — она станет другой; убрали — останется:
за ней могут стоять карточки.
"""


def write(folder: Path) -> None:
    """Make the folder. Raises Failure when something lies there already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Failure(f"Папка {folder} не пуста: назовите новую.")
        (folder / "region.toml").write_text(REGION, encoding="utf-8")
        (folder / "README.md").write_text(README, encoding="utf-8")
        (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
        for name, columns in COLUMNS.items():
            lines = [",".join(columns)]
            if example := EXAMPLES.get(name):
                lines.append(",".join(example.get(column, "") for column in columns))
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"Папку {folder} не записать: {error.strerror}.") from error
