"""Единый вход: OpenID Connect by the authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1).

Written here and not taken from allauth's provider: that one checks neither the nonce nor the signature of the token,
keeps access tokens in the database and brings sign-up with it (decision 071). Nobody is made by it: an outside name
opens the door of a person who was invited here, and from then on only the same subject does.
"""

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.failures import Failure

WAIT = 8  # seconds for the provider
KEPT = 600  # seconds between going there and coming back
SLACK = 30  # seconds that two clocks may differ
SESSION = "outside_login"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
MOST_BYTES = 1_000_000


class OutsideRefused(Failure):
    """The log-in did not happen. The text is for the person, `why` for the officer."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Provider:
    """What the host configured (settings.OTKLIK_OIDC)."""

    issuer: str
    client: str
    secret: str
    name: str
    claim: str  # "preferred_username" or "email"
    only: bool  # who is bound to it does not come in by a password


def provider() -> Provider | None:
    """The configured provider, or None when there is none."""
    given: dict[str, Any] = settings.OTKLIK_OIDC
    return Provider(**given) if given.get("issuer") and given.get("client") else None


def address_to_go_to(request: HttpRequest, asked: Provider, back: str, following: str) -> str:
    """Where the browser goes to log in; what must come back is kept in its session."""
    verifier, state, nonce = (secrets.token_urlsafe(48) for _n in range(3))
    request.session[SESSION] = {
        "verifier": verifier, "state": state, "nonce": nonce, "next": following, "at": time.time(),
    }
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = urllib.parse.urlencode(
        {
            "response_type": "code", "client_id": asked.client, "redirect_uri": back, "scope": "openid profile email",
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }
    )
    endpoint = _configuration(asked)["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def claims_of(request: HttpRequest, asked: Provider, back: str) -> tuple[dict[str, Any], str]:
    """The claims of the token that the code in this request buys, and where to go on. Raises `OutsideRefused`."""
    kept = request.session.pop(SESSION, None)
    state = request.GET.get("state", "")
    if not kept or not secrets.compare_digest(kept["state"], state) or time.time() - kept["at"] > KEPT:
        raise OutsideRefused(_("Вход начат в другом окне или слишком давно. Начните снова."), "state")
    if request.GET.get("error") or not request.GET.get("code"):
        raise OutsideRefused(_("Единый вход отказал. Начните снова или спросите администратора."), "denied")
    configuration = _configuration(asked)
    answer = _ask(
        configuration["token_endpoint"],
        {
            "grant_type": "authorization_code", "code": request.GET["code"], "redirect_uri": back,
            "client_id": asked.client, "client_secret": asked.secret, "code_verifier": kept["verifier"],
        },
    )
    claims = _checked(answer.get("id_token", ""), asked, configuration)
    if not secrets.compare_digest(str(claims.get("nonce", "")), kept["nonce"]):
        raise OutsideRefused(_("Ответ единого входа не к нашему запросу. Начните снова."), "nonce")
    return claims, str(kept["next"])


def _checked(token: str, asked: Provider, configuration: dict[str, Any]) -> dict[str, Any]:
    """The claims of a token whose signature, issuer, audience and times hold."""
    import jwt  # only here: most hosts have no provider, and a start should not pay for it

    try:
        keys = jwt.PyJWKSet.from_dict(_ask(configuration["jwks_uri"]))
        header = jwt.get_unverified_header(token)
        key = next(k for k in keys.keys if k.key_id == header.get("kid") or len(keys.keys) == 1)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(header.get("alg"))
        claims: dict[str, Any] = jwt.decode(
            token, key.key, algorithms=ALGORITHMS, audience=asked.client, issuer=asked.issuer, leeway=SLACK,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise OutsideRefused(_("Ответ единого входа устарел. Начните снова."), "expired") from error
    except (jwt.PyJWTError, StopIteration) as error:
        why = type(error).__name__
        raise OutsideRefused(_("Ответ единого входа не прошёл проверку. Скажите администратору."), why) from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != asked.client:
        raise OutsideRefused(_("Ответ единого входа не прошёл проверку. Скажите администратору."), "azp")
    return claims


def _configuration(asked: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0); it must name the issuer we were told."""
    found = _ask(asked.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != asked.issuer:
        raise OutsideRefused(_("Единый вход настроен неверно. Скажите администратору."), "issuer")
    return found


def _ask(address: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    if not _may_be_asked(address, provider()):
        raise OutsideRefused(_("Единый вход настроен неверно. Скажите администратору."), "no TLS")
    sent = urllib.parse.urlencode(fields).encode() if fields else None
    request = urllib.request.Request(address, data=sent, headers={"Accept": "application/json"})  # noqa: S310 - above
    try:
        with _OPENER.open(request, timeout=WAIT) as answer:
            found = json.loads(answer.read(MOST_BYTES))
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise OutsideRefused(
            _("Единый вход не отвечает. Попробуйте ещё раз или войдите по паролю."), type(error).__name__
        ) from error
    if not isinstance(found, dict):
        raise OutsideRefused(_("Единый вход не отвечает. Попробуйте ещё раз или войдите по паролю."), "no object")
    return found


def _may_be_asked(address: str, asked: Provider | None) -> bool:
    """Over TLS anybody; without it only a provider on this very machine, by addresses of this machine.

    What a provider says of itself cannot lead us to a server inside that only we reach.
    """
    inside = {"127.0.0.1", "localhost", "::1"}
    there = urllib.parse.urlsplit(address)
    home = urllib.parse.urlsplit(asked.issuer if asked else "")
    if there.hostname in inside:
        return home.hostname in inside and there.port == home.port and there.scheme == home.scheme
    return there.scheme == "https" and bool(there.hostname)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A provider that sends us elsewhere is not followed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)
