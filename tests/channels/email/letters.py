"""Letters for tests, built by hand where they must be broken. All people in them are invented."""

from base64 import b64encode

BOX = "priem@example.org"
ANNA = "anna@example.net"


def letter(
    text: str = "На улице Мира второй день не горит фонарь", *, sender: str = f"Анна Пробная <{ANNA}>",
    subject: str = "Фонарь", ident: str = "<1@example.net>", **heads: str,
) -> bytes:
    """A plain letter in UTF-8; more headers by name, `_` for `-`; None leaves one out."""
    fields = {
        "From": sender, "To": BOX, "Subject": subject, "Date": "Wed, 25 Nov 2026 10:00:00 +0300", "Message-ID": ident,
        "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit",
    }
    fields |= {name.replace("_", "-"): value for name, value in heads.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


def mixed(text: str, *files: tuple[str, bytes], kind: str = "mixed", **heads: str) -> bytes:
    """A letter with files: (the header lines of a part, its bytes)."""
    parts = [b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()]
    for head, data in files:
        parts.append(head.encode() + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64encode(data))
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    top = letter("", Content_Type=f'multipart/{kind}; boundary="edge"', Content_Transfer_Encoding="", **heads)
    return top.rstrip(b"\r\n") + b"\r\n\r\n" + body


def bounce(sent: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A notice of a mail server (RFC 3464) that a letter with that Message-ID did not come."""
    body = (
        "--edge\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nSorry, it did not work.\r\n"
        "--edge\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {ANNA}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        f"--edge\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {sent}\r\nSubject: x\r\n\r\ny\r\n--edge--\r\n"
    )
    top = letter(
        "", sender="MAILER-DAEMON@mx.example.net", subject="Undelivered Mail Returned to Sender", ident="<b@mx>",
        Content_Type='multipart/report; report-type=delivery-status; boundary="edge"', Content_Transfer_Encoding="",
        Auto_Submitted="auto-replied",
    )
    return top.rstrip(b"\r\n") + b"\r\n\r\n" + body.encode()
