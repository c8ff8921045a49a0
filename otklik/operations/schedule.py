"""Every job of the program, in one place: only this room knows them all. Lower rooms ask for them by name."""

from datetime import UTC, datetime

from procrastinate import App, RetryStrategy

from otklik.operations import schedule_of_figures


def _at(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def register(app: App) -> None:
    """Called by procrastinate's Django app when it is ready."""
    _journal(app)
    _cases(app)
    _people(app)
    _reader(app)
    _imports(app)
    _channels(app)
    schedule_of_figures.register(app)


def _journal(app: App) -> None:
    # Every second field of cron: the finest beat procrastinate has is a second.
    @app.periodic(cron="* * * * * */2")
    @app.task(name="journal.sequence", queueing_lock="journal.sequence", lock="journal", queue="steady")
    def sequence(timestamp: int) -> None:
        from otklik.operations.beats import follow_journal

        follow_journal(_at(timestamp))

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="journal.seal", queueing_lock="journal.seal", lock="journal", queue="steady")
    def seal(timestamp: int) -> None:
        from otklik.operations.beats import seal_journal

        seal_journal(_at(timestamp))

    @app.periodic(cron="27 2 * * *")
    @app.task(name="journal.check", queueing_lock="journal.check", lock="journal.check")
    def check(timestamp: int) -> None:
        from otklik.operations.chain_check import check as check_chains

        check_chains(_at(timestamp) if timestamp else datetime.now(UTC))

    @app.periodic(cron="7 3 * * *")
    @app.task(name="door.tidy", queueing_lock="door.tidy")
    def tidy_door(timestamp: int) -> None:
        from otklik.cases.keeping import forget_old
        from otklik.intake.jobs import tidy_form_keys
        from otklik.organisations import door, limits

        limits.tidy(_at(timestamp))
        door.tidy(_at(timestamp))
        tidy_form_keys(_at(timestamp))
        forget_old(_at(timestamp))


def _cases(app: App) -> None:
    @app.periodic(cron="* * * * * */3")
    @app.task(name="cases.understand", queueing_lock="cases.understand", lock="cases.understand")
    def understand(timestamp: int) -> None:
        from otklik.cases.jobs import understand_waiting

        understand_waiting(_at(timestamp))

    @app.periodic(cron="* * * * * */3")
    @app.task(name="cases.join", queueing_lock="cases.join", lock="cases.join")
    def join_alike(timestamp: int) -> None:
        from otklik.cases.print_jobs import join_waiting

        join_waiting(_at(timestamp))

    @app.periodic(cron="* * * * *")
    @app.task(name="cases.spam", queueing_lock="cases.spam", lock="cases.spam")
    def spam(timestamp: int) -> None:
        from otklik.cases.spam_by_itself import set_spam_aside

        set_spam_aside(_at(timestamp))

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="cases.prints", queueing_lock="cases.prints", lock="cases.prints")
    def keep_prints(timestamp: int) -> None:
        from otklik.cases.print_jobs import keep_missing

        keep_missing()

    @app.periodic(cron="* * * * *")
    @app.task(name="cases.alarms", queueing_lock="cases.alarms", lock="cases.alarms", queue="steady")
    def alarms(timestamp: int) -> None:
        from otklik.cases.alarms import move_unanswered_on

        move_unanswered_on(_at(timestamp))

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="cases.silence", queueing_lock="cases.silence", lock="cases.silence")
    def silence(timestamp: int) -> None:
        from otklik.answers.jobs import close_silent

        close_silent(_at(timestamp))

    # Started at once when somebody presses «разослать»; every minute for what a killed worker left.
    @app.periodic(cron="* * * * *")
    @app.task(name="answers.common", queueing_lock="answers.common", lock="answers.common")
    def carry_common(timestamp: int = 0) -> None:
        from otklik.answers.for_problem_jobs import carry_on

        carry_on()

    @app.periodic(cron="* * * * *")
    @app.task(name="answers.news", queueing_lock="answers.news", lock="answers.news")
    def send_news(timestamp: int) -> None:
        from otklik.answers.news import send_waiting

        send_waiting(_at(timestamp))

    @app.periodic(cron="* * * * *")
    @app.task(name="answers.where", queueing_lock="answers.where", lock="answers.where")
    def tell_where_to_turn(timestamp: int) -> None:
        from otklik.answers.where_to_turn import tell_waiting

        tell_waiting(_at(timestamp))

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="answers.promises", queueing_lock="answers.promises", lock="answers.promises")
    def promises(timestamp: int) -> None:
        from otklik.answers.promise_jobs import alarm_due, follow_cases, follow_public

        follow_cases(_at(timestamp))
        alarm_due(_at(timestamp))
        follow_public()

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="cases.postponed", queueing_lock="cases.postponed", lock="cases.postponed")
    def postponed(timestamp: int) -> None:
        from otklik.cases.actions.postpone import bring_back_due

        bring_back_due(_at(timestamp))

    @app.periodic(cron="*/30 * * * *")
    @app.task(name="answers.templates", queueing_lock="answers.templates", lock="answers.templates")
    def count_templates(timestamp: int) -> None:
        from otklik.answers.figures import count_templates as count

        count(_at(timestamp))

    @app.periodic(cron="* * * * *")
    @app.task(name="cases.warn", queueing_lock="cases.warn", lock="cases.warn", queue="steady")
    def warn(timestamp: int) -> None:
        from otklik.cases.pauses_over import go_on_due, warn_of_ends
        from otklik.cases.rejudging import apply_adopted
        from otklik.cases.warnings import warn_due

        apply_adopted(_at(timestamp))
        go_on_due(_at(timestamp))  # a clock that has just gone on may have something to warn of at once
        warn_due(_at(timestamp))
        warn_of_ends(_at(timestamp))

    @app.periodic(cron="* * * * *")
    @app.task(name="cases.escalate", queueing_lock="cases.escalate", lock="cases.escalate", queue="steady")
    def escalate(timestamp: int) -> None:
        from otklik.cases.escalating import escalate_due

        escalate_due(_at(timestamp))

    @app.periodic(cron="41 * * * *")
    @app.task(name="cases.calendar", queueing_lock="cases.calendar", lock="cases.calendar")
    def follow_calendar(timestamp: int) -> None:
        from otklik.cases.decree_watch import remind
        from otklik.cases.rejudging import renew_provisional

        renew_provisional(_at(timestamp))
        remind(_at(timestamp))

    @app.periodic(cron="17 3 * * *")
    @app.task(name="jobs.tidy", queueing_lock="jobs.tidy")
    async def tidy(timestamp: int) -> None:
        await app.job_manager.delete_old_jobs(nb_hours=72, include_failed=False)


def _people(app: App) -> None:
    @app.periodic(cron="* * * * * */10")
    @app.task(name="notices.post", queueing_lock="notices.post", lock="notices.post")
    def post(timestamp: int) -> None:
        from otklik.cases.notice_posting import post_waiting

        post_waiting()

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="queues.silent", queueing_lock="queues.silent", lock="queues.silent")
    def silent(timestamp: int) -> None:
        from otklik.cases.silent_queues import look

        look(_at(timestamp))

    @app.periodic(cron="11 3 * * *")
    @app.task(name="notices.tidy", queueing_lock="notices.tidy")
    def tidy_notices(timestamp: int) -> None:
        from otklik.cases.notice_posting import tidy

        tidy(_at(timestamp))


def _reader(app: App) -> None:
    @app.periodic(cron="* * * * * */3")
    @app.task(name="cases.by_itself", queueing_lock="cases.by_itself", lock="cases.by_itself")
    def set_themes(timestamp: int) -> None:
        from otklik.cases.actions.by_itself import triage_waiting

        triage_waiting(_at(timestamp))

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="reader.weeks", queueing_lock="reader.weeks", lock="reader.weeks")
    def weeks(timestamp: int) -> None:
        from otklik.cases.reader_drift import prepare

        prepare(_at(timestamp))

    # Minutes of a processor: in a place of its own, so that nothing waits for it.
    @app.periodic(cron="* * * * *")
    @app.task(name="reader.learn", queueing_lock="reader.learn", lock="reader.learn", queue="learning")
    def learn(timestamp: int) -> None:
        from otklik.operations.reader_work import learn_if_due

        learn_if_due(_at(timestamp))


def _imports(app: App) -> None:
    retry = RetryStrategy(max_attempts=5, exponential_wait=5)

    @app.task(name="intake.import", retry=retry)
    def run_import(run_id: int) -> None:
        from otklik.intake.taking import run

        run(run_id)

    # Also when a new edition's day comes: nobody has to press anything at midnight.
    @app.periodic(cron="*/10 * * * *")
    @app.task(name="classifier.follow", queueing_lock="classifier.follow", lock="classifier.follow")
    def follow_edition(timestamp: int = 0) -> None:
        from otklik.intake.editions.adopting import follow

        follow()

    @app.periodic(cron="* * * * * */15")
    @app.task(name="intake.inbox", queueing_lock="intake.inbox", lock="intake.inbox")
    def look_into_inbox(timestamp: int) -> None:
        from otklik.intake.watching import look

        look(_at(timestamp))

    @app.task(name="intake.map_word", retry=retry)
    def map_word(word_id: int) -> None:
        from otklik.intake.mapping import apply_word

        apply_word(word_id)


def _channels(app: App) -> None:
    @app.task(name="channels.take")
    def take(account_id: int) -> None:
        from otklik.intake.receiving import take_waiting

        take_waiting(account_id, seconds=3.0)

    @app.task(name="channels.deliver")
    def deliver(account_id: int) -> None:
        from otklik.channels.kit.delivering import deliver as send_waiting

        send_waiting(account_id)

    @app.task(name="channels.poll")
    def poll(account_id: int) -> None:
        from otklik.channels.kit.polling import poll as look

        look(account_id)

    @app.periodic(cron="23 3 * * *")
    @app.task(name="channels.tidy", queueing_lock="channels.tidy", lock="channels.tidy")
    def empty_old(timestamp: int) -> None:
        from otklik.intake.keeping import empty_old as empty

        empty(_at(timestamp))

    @app.task(name="channels.refer")
    def hand_on(account_id: int) -> None:
        from otklik.intake.referring import work

        work(account_id)

    @app.task(name="channels.names")
    def name_authors(account_id: int) -> None:
        from otklik.intake.naming import name_authors as look_up

        look_up(account_id)

    @app.task(name="channels.fetch", queueing_lock="channels.fetch", lock="channels.fetch")
    def fetch() -> None:
        from otklik.operations.channel_beats import fetch_files

        fetch_files()

    # What a killed worker left, what has rested long enough, whom we ask: all found again by this beat.
    @app.periodic(cron="* * * * * */5")
    @app.task(name="channels.beat", queueing_lock="channels.beat", lock="channels.beat", queue="steady")
    def beat(timestamp: int) -> None:
        from otklik.operations.channel_beats import start_what_is_due

        start_what_is_due(_at(timestamp))
