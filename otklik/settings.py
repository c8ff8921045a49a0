"""Settings. Everything a host must decide comes from the environment; everything a region decides is data.

| Variable              | Meaning                                                                            |
|-----------------------|------------------------------------------------------------------------------------|
| OTKLIK_HOME           | data folder: embedded database, photos, secrets                                    |
| DATABASE_URL          | where the application logs in (role otklik_app); absent: the embedded server       |
| DATABASE_OWNER_URL    | the owner, for migrate, backup, restore and test set-up only                       |
| OTKLIK_DB_AS=owner    | set by those commands for their own process                                        |
| OTKLIK_REGION         | which region's files and database (default: `otklik.regions.DEFAULT`)              |
| OTKLIK_REGIONS        | folders in which regions' files lie, besides those taken in by `region init`       |
| OTKLIK_SECRET_KEY     | signing key; absent: generated once into the data folder                           |
| OTKLIK_HOSTS          | comma-separated host names that may be asked for                                   |
| OTKLIK_HTTPS=1        | the site stands behind TLS: secure cookies, HSTS                                   |
| OTKLIK_OIDC_ISSUER, … | outside log-in (OpenID Connect), see docs/running.md                               |
| OTKLIK_INBOX          | watched folder of exports: CENTRE/SOURCE/FILE (default: `inbox` in the data folder) |
| OTKLIK_CA_FILE        | PEM file of further authorities that channels trust (MAX bears those of Минцифры)    |
| OTKLIK_INNER_HOSTS    | `host` or `host:port` of our own network that channels may call (mail servers, …)    |
| OTKLIK_FACES=task     | this process serves executors' pages only (`otklik web --only task`)               |
| OTKLIK_DEBUG=1        | developer's error pages; never in production                                       |
"""

import os
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from otklik import regions
from otklik.embedded.home import home_folder
from otklik.failures import Failure
from otklik.secrets_file import secret

BASE = Path(__file__).resolve().parent
OTKLIK_REGION = regions.chosen()
OTKLIK_HOME = regions.data_folder(home_folder(), OTKLIK_REGION)
OTKLIK_FILES = OTKLIK_HOME / "files"
OTKLIK_REGION_FOLDER = regions.folder(home_folder(), OTKLIK_REGION)
OTKLIK_DATABASE_NAMES = regions.names(OTKLIK_REGION)

SECRET_KEY = os.environ.get("OTKLIK_SECRET_KEY") or secret(OTKLIK_HOME, "signing")
OTKLIK_CONTACT_KEY = os.environ.get("OTKLIK_CONTACT_KEY") or secret(OTKLIK_HOME, "contacts")
DEBUG = os.environ.get("OTKLIK_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("OTKLIK_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
HTTPS = os.environ.get("OTKLIK_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if HTTPS and h]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "otklik.journal",
    "otklik.files",
    "otklik.territory",
    "otklik.organisations",
    "otklik.residents",
    "otklik.classifier",
    "otklik.policy",
    "otklik.channels",
    "otklik.cases",
    "otklik.answers",
    "otklik.intake",
    "otklik.insight",
    "otklik.curating",
    "otklik.practice",
    "otklik.reports",
    "otklik.operations",
    "otklik.faces",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "otklik.frontend.serving.StaticFilesMiddleware",
    "otklik.faces.content_policy.ContentPolicyMiddleware",
    "otklik.faces.failures.FailureMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "otklik.faces.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "otklik.faces.second_factor.SecondFactorMiddleware",
    "otklik.faces.middleware.ActorMiddleware",
    "otklik.faces.limiting.LimitsMiddleware",
    "otklik.acting.middleware.ActingMiddleware",
]

ROOT_URLCONF = "otklik.urls"
ASGI_APPLICATION = "otklik.asgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "faces" / "templates", *sorted((BASE / "faces").glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otklik.faces.context.interface",
            ],
            "libraries": {"i18n": "otklik.faces.templatetags.said_once"},
        },
    }
]


if os.environ.get("OTKLIK_FACES") == "task":  # what an outside host may reach: see the module that is named here
    # No sessions, accounts, messages: nothing there is done for a log-in, and no cookie is set.
    _without = ("sessions", "csrf", "contrib.auth", "messages", "django_htmx", "second_factor", "ActorM", "content_pol")
    MIDDLEWARE = [one for one in MIDDLEWARE if not any(word in one for word in _without)]
    MIDDLEWARE[1:1] = [
        "otklik.faces.content_policy.ContentPolicyMiddleware", "otklik.faces.task.alone.OnlyTaskMiddleware",
    ]
    ROOT_URLCONF = "otklik.faces.task.alone"
    TEMPLATES[0]["DIRS"] = [BASE / "faces" / "task" / "alone_templates", *TEMPLATES[0]["DIRS"]]  # type: ignore[misc]


FORM_RENDERER = "otklik.faces.controls.Controls"

# A list joins eight small tables to its page of cases, and weighing every order of joins took 10 of the page's 15 ms:
# beyond four tables the written order is kept (figures in bench/README.md).
PLANNER = "-c join_collapse_limit=4"


def _database(url: str) -> dict[str, object]:
    """A Django database entry from a PostgreSQL URL; `?host=/folder` names a socket."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SystemExit("DATABASE_URL должен начинаться с postgresql://")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or parts.hostname or ""
    options: dict[str, object] = {**query, "options": f"{query.get('options', '')} {PLANNER}".strip()}
    entry: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": options,
    }
    if os.environ.get("OTKLIK_DB_POOL") == "1":  # set for web processes; see docs/decisions
        entry["OPTIONS"] = {**options, "pool": {"min_size": 1, "max_size": 12, "timeout": 10}}
        entry["CONN_HEALTH_CHECKS"] = False
    return entry


_owner = os.environ.get("OTKLIK_DB_AS") == "owner"
_url = os.environ.get("DATABASE_OWNER_URL" if _owner else "DATABASE_URL", "")
DATABASES = {"default": _database(_url or "postgresql://otklik_app@/otklik?host=/nonexistent")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["otklik.organisations.login.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["username", "full_name", "email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "otklik.faces.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False}  # ours are counted for all processes: faces/limiting.py
MFA_ADAPTER = "otklik.faces.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "otklik.faces.second_factor_forms.CodeForm",
    "reauthenticate": "otklik.faces.second_factor_forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts come by invitation; there is no mail to verify
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by half a minute
OTKLIK_OIDC = {
    "issuer": os.environ.get("OTKLIK_OIDC_ISSUER", ""),
    "client": os.environ.get("OTKLIK_OIDC_CLIENT", ""),
    "secret": os.environ.get("OTKLIK_OIDC_SECRET", ""),
    "name": os.environ.get("OTKLIK_OIDC_NAME", ""),
    "claim": os.environ.get("OTKLIK_OIDC_CLAIM", "preferred_username"),
    "only": os.environ.get("OTKLIK_OIDC_ONLY") == "1",
}
# Behind TLS stands one proxy, and the last address it names is the caller's: log-in attempts are limited by caller.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]  # English for whoever chooses it: faces/language.py
LOCALE_PATHS = [BASE / "locale"]
FORMAT_MODULE_PATH = ["otklik.locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
try:
    _region = tomllib.loads((OTKLIK_REGION_FOLDER / "region.toml").read_text(encoding="utf-8"))
except FileNotFoundError:
    raise Failure(
        f"Региона «{OTKLIK_REGION}» здесь нет (OTKLIK_REGION). Заведите его: otklik region init ПАПКА"
    ) from None
TIME_ZONE = _region["zone"]
OTKLIK_NUMBER_PREFIX = _region["subject_code"]

# Both in the process; figures apart, so that many slices never push out a count of attempts (faces/region/kept.py).
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "figures",
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE / "frontend" / "collected"  # goes with the code, not with the data
STATICFILES_DIRS = [p for p in (BASE / "frontend" / "static", BASE / "frontend" / "dist") if p.exists()]
STATICFILES_DIRS += sorted((BASE / "faces").glob("*/static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MANIFEST_STRICT = False

SESSION_COOKIE_AGE = 60 * 60 * 12
# Cookies know no ports: regions under one host name must not take each other's for their own.
_of_region = "" if OTKLIK_REGION == regions.DEFAULT else f"_{OTKLIK_REGION}"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid{_of_region}", f"csrftoken{_of_region}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# W003: the tags of `i18n` are meant to be ours in the place of Django's (`said_once`).
SILENCED_SYSTEM_CHECKS = ["account.W001", "templates.W003"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

PROCRASTINATE_ON_APP_READY = "otklik.operations.schedule.register"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("OTKLIK_LOG", "WARNING")},
    # They would write whole addresses down, and some far sides want their key in them.
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
