"""What is known of a member of staff besides roles: name, position, how to reach them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput
from otklik.organisations.models import User
from otklik.organisations.staffing import locked_user, require_administrator, user_entry
from otklik.typed_text import line


def save_person(
    actor: Actor, user_id: int, *, full_name: str, position: str = "", phone: str = "", email: str = ""
) -> User:
    """Change how a person is called and reached. The journal keeps which fields changed, not what they hold."""
    given = {
        "full_name": line(full_name, 200, "full_name"), "position": line(position, 200, "position"),
        "phone": line(phone, 40, "phone"), "email": line(email, 254, "email"),
    }
    if not given["full_name"]:
        raise BadInput(_("Напишите фамилию, имя и отчество."), "full_name")
    with acting(actor), widened():
        require_administrator(actor)
        user = locked_user(actor, user_id)
        changed = [name for name, value in given.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, given[name])
        if changed:
            user.save(update_fields=changed)
            user_entry(actor, user_id, "person_changed", timezone.now(), changed=changed)
    return user
