"""Mentions in notes, saved views of the queue, and the key by which cases of one house are found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otklik.acting.protection import protect

# Kept by the database when the row is written: computed in a search, it could use no index under row-level security.
# Street types stand before or after the name, in full or shortened; «корп. 2» and «к2» are one.
ADDRESS = r"""
CREATE FUNCTION cases_address_key(street text, house text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(street, '') = '' AND coalesce(house, '') = '' THEN '' ELSE
        pg_catalog.regexp_replace(
            pg_catalog.regexp_replace(
                ' ' || pg_catalog.lower(pg_catalog.translate(street, 'ёЁ', 'ее')) || ' ',
                '(?<=[\s,.])(улица|ул|проспект|пр-кт|пр-т|просп|переулок|пер|площадь|пл|бульвар|б-р|бул|шоссе|ш'
                '|проезд|пр-д|микрорайон|мкрн|мкр|набережная|наб|тупик|туп|квартал|кв-л|дом|д)(?=[\s,.])', ' ', 'g'),
            '[^0-9a-zа-я]+', '', 'g')
        || '|' ||
        pg_catalog.regexp_replace(
            pg_catalog.regexp_replace(
                pg_catalog.regexp_replace(
                    ' ' || pg_catalog.lower(pg_catalog.translate(house, 'ёЁ', 'ее')),
                    '(?<=[\s,.0-9])(корпус|корп)', 'к', 'g'),
                '(?<=[\s,.0-9])(строение|стр)', 'с', 'g'),
            '(?<=[\s,.])(дом|д)(?=[\s,.0-9])|[^0-9a-zа-я/]+', '', 'g')
    END
$$;
ALTER TABLE cases_case ADD COLUMN address_key text GENERATED ALWAYS AS (cases_address_key(street, house)) STORED;
CREATE INDEX cases_case_address ON cases_case (territory_id, address_key) WHERE address_key <> '';
"""
UNDO = "ALTER TABLE cases_case DROP COLUMN address_key; DROP FUNCTION cases_address_key(text, text);"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_problems_and_their_public_twins"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseAddress",
            fields=[
                ("case", models.OneToOneField(db_column="id", on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="+", serialize=False, to="cases.case")),
                ("address_key", models.TextField()),
            ],
            options={"db_table": "cases_case", "managed": False},
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("owner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("shared_with", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="territory.territory")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("owner", "name"), name="cases_savedview_once")]},
        ),
        migrations.CreateModel(
            name="FirstView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("view", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.savedview")),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="cases.case")),
                ("scope", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.territory")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "entry_seq", "user"), name="cases_mention_once")],
                "indexes": [models.Index(condition=models.Q(("seen_at", None)), fields=["user", "case"], name="cases_mention_unseen")],
            },
        ),
        protect("cases_mention"),
        migrations.RunSQL(ADDRESS, UNDO),
    ]
