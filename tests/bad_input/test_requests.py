"""Bodies that no browser sends, to every address that takes one: a «no» in words, never an error of the program."""

import pytest

from tests.bad_input.test_forms import everybody
from tests.bad_input.trying import MESSAGE, Trials
from tests.browser.world import World
from tests.faces.test_every_page import one_of_each

FORM = "application/x-www-form-urlencoded"
PARCEL = "multipart/form-data; boundary=zz"
# Names that scripts send where no page has a form of them; each with what it cannot be.
SENT_BY_SCRIPTS = (
    "kind=no-such&territory=²&latitude=NaN&longitude=1e999&text=%00%ED%A0%BD&key=x&theme=9999999999999999999999"
    "&case=34-9999999999999999999&organisation=-1&assignment=1e3&registration=%FF&version=²&act=no&name=&phone=%00"
    "&answer=&session=²&aspect=&conflict=9999999999999999999999&how=&carried=&reason=&words=%00&plan=&file=x&act=rename"
)
BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", FORM),
    "what scripts send, broken": (SENT_BY_SCRIPTS.encode(), FORM),
    "every field twice and a stranger": (b"text=a&text=b&reason=a&reason=b&kind=a&kind=b&no_such_field=1", FORM),
    "three thousand fields": (b"&".join(b"a%d=1" % n for n in range(3000)), FORM),
    "six megabytes": (b"text=" + b"a" * 6_000_000, FORM),
    "JSON": (b'{"text": ["a", {"b": null}]}', "application/json"),
    "an unknown type": (b"\xff\xfe\x00", "application/x-zz"),
    "a parcel cut off": (b'--zz\r\nContent-Disposition: form-data; name="text"\r\n\r\nhal', PARCEL),
    "a parcel without a boundary": (b"--zz\r\n", "multipart/form-data"),
    "a parcel with a boundary no server takes": (b"", "multipart/form-data; boundary=\x01"),
    "a file with a path for a name": (
        b'--zz\r\nContent-Disposition: form-data; name="file"; filename="../../../etc/passwd\\x00.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nid;text\r\n\r\n--zz--\r\n", PARCEL,
    ),
    "a word of base 64 that is none": (
        b'--zz\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!!\r\n'
        b"--zz--\r\n", PARCEL,
    ),
    "an unknown set of letters": (b"text=%D0%AF", FORM + "; charset=no-such"),
}  # fmt: skip


PARTS = 3  # of the addresses: both workers of `make test` have some
METHODS = ("put", "patch", "delete", "options", "trace")


@pytest.mark.parametrize("part", range(PARTS))
def test_bodies_that_no_browser_sends(part: int, world: World) -> None:
    member, visitor = everybody()
    trials = Trials(member)
    # Neighbours are alike (the acts on a case stand side by side): each part gets every third.
    for address in one_of_each(world)[part::PARTS]:
        client = member if address.startswith(("/desk", "/settings", "/region")) else visitor
        client.raise_request_exception = False
        for name, (body, kind) in BODIES.items():
            trials.count += 1
            with trials.rolled_back():
                answer = client.generic("POST", address, body, content_type=kind)
                if answer.status_code == 405:
                    break
                if answer.status_code >= 500:
                    trials.hole(address, name, answer.status_code, trials.thrown)
                elif answer.status_code == 422 and not MESSAGE.search(answer.content.decode(errors="replace")):
                    trials.hole(address, name, answer.status_code, "without a message")
        for method in METHODS:
            trials.count += 1
            with trials.rolled_back():
                answer = getattr(member, method)(address)
                if answer.status_code >= 500:
                    trials.hole(method, address, answer.status_code, trials.thrown)
    print(f"\n{trials.count} requests")
    assert not trials.holes, "\n" + "\n".join(trials.holes)
