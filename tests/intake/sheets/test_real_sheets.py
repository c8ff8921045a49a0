"""Real sheets are read whole: no row is lost, none is refused without reason."""

from zoneinfo import ZoneInfo

from otklik.intake.sheets.cleaning import clean
from otklik.intake.sheets.columns import Field, parse_map
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Row
from otklik.intake.sheets.values import parse_moment

NEW_YORK = ZoneInfo("America/New_York")


def test_the_messages_of_a_regional_portal(trial_data):
    with open_sheet(trial_data / "messages" / "kursk_dev.csv") as sheet:
        known = parse_map("id=id,text=text,theme=theme,organisation=executor", sheet.columns)
        rows = list(sheet.rows())
    assert len(rows) == 2392
    assert all(isinstance(row, Row) for row in rows)
    assert len({known.text(row, Field.ID) for row in rows}) == 2392
    for row in rows:
        text = clean(known.text(row, Field.TEXT))
        assert text and clean(text) == text


def test_the_requests_of_a_city_service_with_dates(trial_data):
    with open_sheet(trial_data / "load" / "baltimore_311_sample.csv") as sheet:
        known = parse_map(
            "id=SRRecordID,number=ServiceRequestNum,text=SRType,created=CreatedDate,closed=CloseDate,due=DueDate,"
            "step=SRStatus,executor=Agency",
            sheet.columns,
        )
        rows = list(sheet.rows())
    assert len(rows) == 10_000 and all(isinstance(row, Row) for row in rows)
    for row in rows:
        created = parse_moment(known.value(row, Field.CREATED), NEW_YORK)
        assert created is not None and created.year > 2000
        parse_moment(known.value(row, Field.DUE), NEW_YORK, end_of_day=True)
        parse_moment(known.value(row, Field.CLOSED), NEW_YORK)
