"""The one way a territory gets a regulation of its own: checked, numbered, and written into the journal."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from otklik.acting.actors import Actor, Staff, System
from otklik.failures import Refused
from otklik.journal.appending import NewEntry, append
from otklik.policy.loading import json_ready
from otklik.policy.models import PolicyVersion
from otklik.policy.reading import policy_from_mapping
from otklik.policy.regulation import Policy

ROLE = "administrator"


def adopt_policy(
    actor: Actor, content: Mapping[str, Any], territory_id: int, territory_scope_id: int, at: datetime, over: str = ""
) -> Policy:
    """Make `content` the next version of its regime for a territory and everything below it.

    The version number is given here. `content` is that of a policy file; `territory_scope_id` is the scope in which
    the actor must be administrator (the program itself may always). `over`: the reference of a version whose open
    clocks are to be judged by the new one; empty, as usual, they keep theirs. Raises Refused for anybody else,
    PolicyError (Russian text) for wrong content.
    """
    allowed = isinstance(actor, System) or (
        isinstance(actor, Staff) and ROLE in actor.roles_at(territory_scope_id)
    )
    if not allowed:
        raise Refused(_("Регламент меняет администратор этой территории."))
    draft = policy_from_mapping({**content, "version": 0}, territory_id=territory_id)
    stream = f"policy:{draft.regime}"
    with transaction.atomic():
        with connection.cursor() as cursor:  # nobody else extends this stream meanwhile
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [stream])
        own = PolicyVersion.objects.filter(regime=draft.regime, territory_id=territory_id)
        last = own.order_by("-version").first()
        version = (last.version if last else 0) + 1
        data = json_ready({**content, "version": version})
        if last is not None and {**last.data, "version": version} == data:  # sent twice: it holds already
            return policy_from_mapping(last.data, str(last), territory_id)
        row = PolicyVersion.objects.create(
            regime=draft.regime,
            version=version,
            valid_from=draft.valid_from,
            territory_id=territory_id,
            data=data,
            source=draft.source,
            over=over,
        )
        digest = hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        fields = {
            "version": version,
            "territory": territory_id,
            "valid_from": draft.valid_from.isoformat(),
            "content": digest,
        } | ({"over": over} if over else {})
        append(NewEntry(stream, "policy.adopted", actor.reference, at, fields))
    return policy_from_mapping(row.data, str(row), territory_id)
