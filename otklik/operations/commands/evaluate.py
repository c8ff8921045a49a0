"""`otklik evaluate`: how well triage reads, on any table; needs no database and no running server."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from otklik.triage.evaluating.running import Run

TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WORDS = {
    "n": "текстов", "left_out": "без метки, не взято", "top1": "верно первой", "top3": "в первых трёх",
    "category_top1": "категория верно", "category_n": "из них с категорией", "weighted_f1": "F1 по весу",
    "macro_f1": "F1 в среднем по темам", "ece": "ошибка уверенности", "coverage_at_90": "доля при точности 90 %",
    "coverage_at_95": "доля при точности 95 %", "f1": "F1", "precision": "точность", "recall": "полнота",
    "labels": "разных меток", "groups": "групп почти одинаковых", "folds": "верно первой по пятым частям",
    "trained_on": "учились на текстах", "same_texts_left_out": "тех же текстов не взято в обучение",
    "kinds": "виды замечаний", "promised_days": "обещанные дни", "promised_days_exact": "день понят верно",
    "good_answers_in_peace": "хорошие ответы без замечаний", "p95_ms": "миллисекунд на ответ, p95",
    "slower_than_bound": "дольше 50 мс, ответов",
    "ms_per_text": "миллисекунд на текст", "memory_mb": "памяти, МБ",
}  # fmt: skip
TITLES = {"themes": "Темы", "executors": "Исполнители"}
LABELS = {"themes": ("theme", "label", "тема"), "executors": ("executor", "label", "исполнитель")}
OTHERS = ("duplicates", "personal-data", "place", "importance", "kinds", "follow-ups")
ANSWERS = "answers"


@click.command()
@click.argument("task", metavar="ЗАДАЧА", type=click.Choice([*TITLES, *OTHERS, ANSWERS]))
@click.option("--test", "test", type=TABLE, required=True, help="Таблица CSV, по которой судим.")
@click.option("--train", type=TABLE, help="Таблица, на которой учиться; без неё — пять частей таблицы --test.")
@click.option("--map", "columns", help="Как называются столбцы: text=СТОЛБЕЦ,label=СТОЛБЕЦ[,group=…,category=…].")
@click.option("--zero-shot", is_flag=True, help="Темы без обучения: группы классификатора (нужна --groups).")
@click.option("--groups", type=TABLE, help="Соответствие меток группам: столбцы theme, group.")
@click.option("--texts", type=TABLE, help="Таблица с текстами (id, text), если в --test только номера.")
@click.option("--part", type=click.Choice(["dev", "closing"]), help="Взять только эту часть (столбец part).")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path),
              help="Куда записать страницу с путаницей; без этого — «путаница-ЗАДАЧА.html» здесь.")
@click.option("--json", "as_json", is_flag=True, help="Одним объектом JSON для программ; страница — только с --page.")
def evaluate(
    task: str, test: Path, train: Path | None, columns: str | None, zero_shot: bool, groups: Path | None,
    texts: Path | None, part: str | None, page: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Измерить, насколько верно программа читает тексты.

    ЗАДАЧА: themes (темы), executors (исполнители), duplicates (повторы), personal-data (личные данные),
    place (места), importance (важность), kinds (вид и тон),
    follow-ups (что значит второе сообщение жителя), answers (подсказчик к ответам, файл JSON Lines).
    """
    if task == ANSWERS:
        from otklik.answers.coach.measuring import measure, read_rows
        from otklik.failures import BadInput

        rows = read_rows(test, part or "")
        if not rows:
            raise BadInput("В файле нет строк этой части: проверьте файл и --part.", "test")
        figures = measure(rows)
        click.echo(json.dumps(figures, ensure_ascii=False)) if as_json else _show_nested(figures)
        return
    if task in OTHERS:
        from otklik.triage.evaluating.exams import Exam, take

        figures = take(task, Exam(test, texts, part or "", _columns(columns), train))
        click.echo(json.dumps(figures, ensure_ascii=False)) if as_json else _show_nested(figures)
        return
    run = _run(task, test, train, columns, zero_shot, groups)
    target = page or (None if as_json else Path(f"путаница-{task}.html"))
    if target is not None:
        from otklik.triage.evaluating.page import page as drawn

        title = f"{TITLES[task]}: {test.name}" + (" — без обучения, группы" if zero_shot else "")
        target.write_text(drawn(run, title, WORDS), encoding="utf-8")
    if as_json:
        click.echo(json.dumps({**run.numbers, "intervals": run.intervals}, ensure_ascii=False))
        return
    _show(run.numbers, run.intervals)
    click.echo(f"\nЧто с чем путается: {target}")


def _run(
    task: str, test: Path, train: Path | None, columns: str | None, zero_shot: bool, groups: Path | None
) -> "Run":
    from otklik.embedded.home import home_folder
    from otklik.failures import BadInput
    from otklik.triage.evaluating import rows, running
    from otklik.triage.model.shipped import shipped_base

    named = rows.parse_map(columns)
    if zero_shot and (groups is None or task != "themes"):
        raise BadInput("Без обучения измеряются темы: evaluate themes --zero-shot --groups ФАЙЛ.", "groups")
    table = rows.read_table(test, named, LABELS[task], categories=task == "themes")
    if len(table.rows) < 10:
        raise BadInput(f"В «{test.name}» размеченных текстов: {len(table.rows)}. Нужно хотя бы десять.", "test")
    base = shipped_base(home_folder())
    if zero_shot and groups is not None:
        return running.without_training(table, base, _group_of(groups))
    if train is not None:
        return running.on_another(rows.read_table(train, named, LABELS[task], categories=task == "themes"), table, base)
    return running.in_folds(table, base)


def _group_of(path: Path) -> Mapping[str, str]:
    from otklik.failures import BadInput
    from otklik.triage.evaluating.rows import squeezed

    with path.open(encoding="utf-8-sig", newline="") as source:
        lines = list(csv.DictReader(source))
    if not lines or not {"theme", "group"} <= set(lines[0]):
        raise BadInput(f"В «{path.name}» нужны столбцы theme и group.", "groups")
    return {squeezed(line["theme"]): line["group"] for line in lines}


def _show(numbers: Mapping[str, Any], intervals: Mapping[str, tuple[float, float]]) -> None:
    for name, value in numbers.items():
        between = ""
        if name in intervals:
            low, high = intervals[name]
            between = f"   95 %: {_number(low)} – {_number(high)}"
        click.echo(f"{WORDS.get(name, name):38}{_number(value):>10}{between}")


def _columns(told: str | None) -> dict[str, str] | None:
    pairs = [part.partition("=") for part in (told or "").split(",") if part]
    return {name.strip(): column.strip() for name, _, column in pairs} or None


def _show_nested(figures: Mapping[str, Any], depth: int = 0) -> None:
    for name, value in figures.items():
        if isinstance(value, Mapping) and "value" in value and "low" in value:  # a share with its interval
            if value["value"] is not None:
                between = f"   95 %: {_number(value['low'])} – {_number(value['high'])}   (n = {value['n']})"
                click.echo(f"{'  ' * depth}{WORDS.get(name, name):36}{_number(value['value']):>10}{between}")
        elif isinstance(value, Mapping):
            click.echo(f"{'  ' * depth}{WORDS.get(name, name)}")
            _show_nested(value, depth + 1)
        else:
            click.echo(f"{'  ' * depth}{WORDS.get(name, name):36}{_number(value):>10}")


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}".replace(".", ",")
    if value is None:
        return "—"
    if isinstance(value, list | tuple):
        return " ".join(_number(one) for one in value)
    return str(value)
