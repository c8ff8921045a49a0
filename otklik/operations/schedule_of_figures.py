"""Jobs of figures: what is public, the radar, the rating, the curator's, practices, reports. Beside `schedule`."""

from datetime import UTC, datetime

from procrastinate import App, RetryStrategy


def _at(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def register(app: App) -> None:
    """Their part of `schedule.register`."""
    _portal(app)
    _rating(app)
    _curating(app)
    _practice(app)
    _reports(app)


def _portal(app: App) -> None:
    @app.periodic(cron="*/5 * * * *")
    @app.task(name="insight.publish", queueing_lock="insight.publish", lock="insight.publish")
    def publish(timestamp: int) -> None:
        from otklik.insight.jobs import publish_figures

        publish_figures(_at(timestamp))

    @app.periodic(cron="*/20 * * * *")
    @app.task(name="insight.open_data", queueing_lock="insight.open_data", lock="insight.open_data")
    def make_open_data(timestamp: int) -> None:
        from otklik.insight.open_data_making import make_editions

        make_editions(_at(timestamp))

    @app.periodic(cron="* * * * *")
    @app.task(name="radar.look", queueing_lock="radar.look", lock="radar.look")
    def look_for_bursts(timestamp: int) -> None:
        from otklik.insight.radar_looking import look

        look(_at(timestamp))

    @app.periodic(cron="13 * * * *")
    @app.task(name="radar.topics", queueing_lock="radar.topics", lock="radar.topics")
    def look_for_topics(timestamp: int) -> None:
        from otklik.insight.radar_topics import look_for_topics as look

        look(_at(timestamp))

    @app.periodic(cron="41 3 * * *")
    @app.task(name="portal.look_through", queueing_lock="portal.look_through")
    def look_through(timestamp: int) -> None:
        from otklik.cases.jobs import look_through_portal

        look_through_portal(_at(timestamp))


def _rating(app: App) -> None:
    @app.periodic(cron="17 * * * *")
    @app.task(name="insight.rating", queueing_lock="insight.rating", lock="insight.rating")
    def rate(timestamp: int) -> None:
        from otklik.insight.rating_running import work

        work(_at(timestamp))


def _curating(app: App) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="curating.asks", queueing_lock="curating.asks", lock="curating.asks")
    def alarm_asks(timestamp: int) -> None:
        from otklik.curating.jobs import alarm_asks as alarm

        alarm(_at(timestamp))

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="curating.remarks", queueing_lock="curating.remarks", lock="curating.remarks")
    def alarm_remarks(timestamp: int) -> None:
        from otklik.curating.jobs import alarm_remarks as alarm

        alarm(_at(timestamp))

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="curating.pages", queueing_lock="curating.pages", lock="curating.pages")
    def refresh_pages(timestamp: int) -> None:
        from otklik.curating.jobs import refresh_pages as refresh

        refresh(_at(timestamp))

    # Every morning, though a week is drawn once: a worker that was down on Monday draws on Tuesday.
    @app.periodic(cron="35 3 * * *")
    @app.task(name="curating.samples", queueing_lock="curating.samples", lock="curating.samples")
    def draw_samples(timestamp: int) -> None:
        from otklik.curating.jobs import draw_week

        draw_week(_at(timestamp))


def _practice(app: App) -> None:
    @app.periodic(cron="19 6 * * *")
    @app.task(name="practice.taken", queueing_lock="practice.taken", lock="practice.taken")
    def ask_about_taken(timestamp: int) -> None:
        from otklik.practice.jobs import ask_about_taken as ask

        ask(_at(timestamp))

    @app.periodic(cron="23 7 * * *")
    @app.task(name="practice.mind", queueing_lock="practice.mind", lock="practice.mind")
    def mind_practices(timestamp: int) -> None:
        from otklik.practice.jobs import mind_practices as mind

        mind(_at(timestamp))

    @app.periodic(cron="51 2 * * *")
    @app.task(name="practice.effects", queueing_lock="practice.effects", lock="practice.effects")
    def count_effects(timestamp: int) -> None:
        from otklik.practice.jobs import count_effects as count

        count(_at(timestamp))

    @app.periodic(cron="21 5 * * 1")
    @app.task(name="practice.needs", queueing_lock="practice.needs", lock="practice.needs")
    def look_for_needs(timestamp: int) -> None:
        from otklik.practice.jobs import look_for_needs as look

        look(_at(timestamp))


def _reports(app: App) -> None:
    retry = RetryStrategy(max_attempts=3, exponential_wait=10)

    @app.task(name="reports.make", retry=retry)
    def make_report(making_id: int) -> None:
        from otklik.reports.making import make

        make(making_id)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="reports.regular", queueing_lock="reports.regular", lock="reports.regular")
    def regular(timestamp: int) -> None:
        from otklik.reports.making import carry_on
        from otklik.reports.regular import make_regular

        make_regular(_at(timestamp))
        carry_on()

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="reports.morning", queueing_lock="reports.morning", lock="reports.morning")
    def morning(timestamp: int) -> None:
        from otklik.reports.morning_keeping import keep_all, send_due

        send_due(_at(timestamp))
        keep_all(_at(timestamp))

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="reports.orders", queueing_lock="reports.orders", lock="reports.orders")
    def orders(timestamp: int) -> None:
        from otklik.reports.orders import remind_due

        remind_due(_at(timestamp))

    @app.periodic(cron="33 3 * * *")
    @app.task(name="reports.tidy", queueing_lock="reports.tidy")
    def tidy_reports(timestamp: int) -> None:
        from otklik.reports.making import tidy

        tidy(_at(timestamp))
