"""A small OpenID Connect provider: a process of its own on the loopback, with discovery, keys, code flow and PKCE.

    python provider.py PORT CLIENT SECRET

What it says of the person, and how it may lie, is set by a POST of JSON to /control: {"claims": {…}, "lie": "nonce"}.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

PORT, CLIENT, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ISSUER = f"http://127.0.0.1:{PORT}"
OWN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
codes: dict[str, dict[str, str]] = {}
told: dict[str, object] = {"claims": {"sub": "1"}, "lie": ""}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(nonce: str) -> str:
    now, lie = int(time.time()), told["lie"]
    claims = {
        "iss": ISSUER if lie != "issuer" else "http://127.0.0.1:1", "aud": CLIENT if lie != "audience" else "other",
        "iat": now - (7200 if lie == "expired" else 0), "exp": now + (-3600 if lie == "expired" else 300),
        "nonce": nonce if lie != "nonce" else "made-up", **told["claims"],
    }
    if lie == "unsigned":
        return jwt.encode(claims, None, algorithm="none")
    if lie == "shared secret":
        return jwt.encode(claims, SECRET.ljust(32, "x"), algorithm="HS256", headers={"kid": "one"})
    key = FOREIGN if lie == "signature" else OWN
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "one"})


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass

    def answer(self, body: object, status: int = 200) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self.answer({"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize",
                         "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys"})  # fmt: skip
        elif parts.path == "/keys":
            numbers = OWN.public_key().public_numbers()
            size = (numbers.n.bit_length() + 7) // 8
            self.answer({"keys": [{"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256",
                                   "n": b64(numbers.n.to_bytes(size, "big")), "e": b64(b"\x01\x00\x01")}]})  # fmt: skip
        elif parts.path == "/authorize":
            assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe(16)
            codes[code] = asked
            state = asked["state"] if told["lie"] != "state" else "made-up"
            given = {"error": "access_denied", "state": state} if told["lie"] == "denied" else {
                "code": code, "state": state}  # fmt: skip
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(given)}")
            self.end_headers()
        else:
            self.answer({}, 404)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/control":
            told.update(json.loads(sent))
            self.answer({})
            return
        fields = {k: v[0] for k, v in parse_qs(sent).items()}
        asked = codes.pop(fields.get("code", ""), None)
        challenge = b64(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        right = asked and fields.get("client_secret") == SECRET and asked["redirect_uri"] == fields["redirect_uri"]
        if not right or asked["code_challenge"] != challenge:
            self.answer({"error": "invalid_grant"}, 400)
            return
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": token(asked["nonce"])})


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Provider).serve_forever()
