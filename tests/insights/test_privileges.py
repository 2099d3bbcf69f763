"""Every address of the admin, for every role. The addresses come from the resolver: a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import URLResolver

from insights.models import ResearchInsight, Tag
from tests.insights.test_admin import form
from tests.support.insights import account, finding

pytestmark = pytest.mark.django_db

AUTHOR, OTHER, REVIEWER, BOTH, ROOT = "author", "other curator", "reviewer", "both groups", "superuser"
NOBODY, OUTSIDER, ANONYMOUS = "staff without group", "account without admin", "anonymous"
ROLES = (AUTHOR, OTHER, REVIEWER, BOTH, ROOT, NOBODY, OUTSIDER, ANONYMOUS)
WRITERS, REVIEWERS = {AUTHOR, OTHER, BOTH, ROOT}, {REVIEWER, BOTH, ROOT}
CURATION = WRITERS | REVIEWERS
STAFF = CURATION | {NOBODY}
STATES = ("draft", "review", "published", "retracted")

SEES = {
    "draft": {AUTHOR, ROOT},
    "review": {AUTHOR, *REVIEWERS},
    "published": CURATION,
    "retracted": CURATION,
}
ALWAYS = dict.fromkeys(STATES, CURATION)


def among(roles: set[str]) -> dict[str, set[str]]:
    """Of those who see the finding."""
    return {state: SEES[state] & roles for state in STATES}


# Who opens the page (GET, 200), by the state of the finding.
OPENS: dict[str, dict[str, set[str]]] = {
    "changelist": ALWAYS,
    "add": dict.fromkeys(STATES, WRITERS),
    "import": dict.fromkeys(STATES, WRITERS),
    "process_import": {state: set() for state in STATES},  # posted to only
    "export": ALWAYS,
    "change": SEES,
    "history": SEES,
    "simple_history": SEES,
    "preview": SEES,
    "delete": {"draft": {AUTHOR, ROOT}, "review": {ROOT}, "published": {ROOT}, "retracted": {ROOT}},
    "submit": among(WRITERS),
    "withdraw": among(WRITERS),
    "return": among(REVIEWERS),
    "publish": among(REVIEWERS),
    "retract": among(REVIEWERS),
}
# Who changes anything by posting there, by the state of the finding; nobody where nothing is said.
CHANGES: dict[str, dict[str, set[str]]] = {
    "add": dict.fromkeys(STATES, WRITERS),
    "change": {"draft": {AUTHOR, ROOT}, "review": REVIEWERS, "published": REVIEWERS, "retracted": {ROOT}},
    "delete": OPENS["delete"],
    "submit": {"draft": {AUTHOR, ROOT}},
    "withdraw": {"review": {AUTHOR, ROOT}},
    "return": {"review": REVIEWERS},
    "publish": {"review": REVIEWERS},
    "retract": {"published": REVIEWERS},
}
TAGS: dict[str, dict[str, set[str]]] = {  # of a tag of the finding
    "changelist": ALWAYS,
    "add": ALWAYS,
    "change": SEES,
    "history": SEES,
    "delete": {state: {ROOT} for state in STATES},
}
SITE: dict[str, set[str]] = {
    "index": STAFF,
    "app_list": CURATION,  # of the insights
    "jsi18n": STAFF,
    "password_change": STAFF,
    "password_change_done": STAFF,
    "login": {OUTSIDER, ANONYMOUS},  # who is in is sent on
    "logout": set(),  # posted to only
    "autocomplete": CURATION,
}
AUTOCOMPLETE = "?term=x&app_label=insights&model_name=researchinsight&field_name=tags"
INSIGHT, TAG = "insights_researchinsight_", "insights_tag_"


def walk(patterns: Any, prefix: str = "/admin/") -> Iterator[tuple[str, str]]:
    """Address with its placeholders, and name, of every address of the admin."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one.name or ""


ADDRESSES = tuple(walk(admin.site.urls[0]))
OTHERS = tuple(
    (address, name)
    for address, name in ADDRESSES
    if name not in SITE
    and not name.startswith((INSIGHT, TAG))
    and "url>" not in address
    and "app_label" not in address
)


def filled(address: str, pk: object, record: object = 0) -> str:
    """The address for one row."""
    for placeholder in ("<int:pk>", "<path:object_id>", "<id>"):
        address = address.replace(placeholder, str(pk))
    address = address.replace("^([^/]+)/history/([^/]+)/$", f"{pk}/history/{record}/")
    address = address.replace("^(?P<app_label>", "(").partition("(")[0] + (
        "insights/" if "app_label" in address else ""
    )
    assert "<" not in address, address
    return address


@pytest.fixture
def users() -> dict[str, User | None]:
    """An account of every role."""
    both = account("curator", name="both")
    both.groups.add(Group.objects.get_or_create(name="reviewer")[0])
    return {
        AUTHOR: account("curator", name="author"),
        OTHER: account("curator", name="other"),
        REVIEWER: account("reviewer"),
        BOTH: both,
        ROOT: User.objects.create_superuser("root", password="x"),
        NOBODY: account(),
        OUTSIDER: User.objects.create_user("outsider"),
        ANONYMOUS: None,
    }


def enter(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def is_refused(answer: Any, role: str) -> bool:
    """Whether the door stayed shut: at the login for those outside, and without a word about the row for others."""
    if role in {ANONYMOUS, OUTSIDER}:
        return bool(answer.status_code == 302 and answer["Location"].startswith("/admin/login/?next="))
    if answer.status_code == 302:
        return bool(answer["Location"] == "/admin/")  # "doesn't exist. Perhaps it was deleted?"
    return answer.status_code in {403, 404}


def state_of_things() -> list[Any]:
    accounts = User.objects.order_by("pk").values(
        "username", "password", "is_staff", "is_superuser", "is_active"
    )
    return [
        list(accounts),
        *(list(model.objects.order_by("pk").values()) for model in (ResearchInsight, Tag, Group)),
    ]


def test_every_address_of_the_findings_is_in_the_tables():
    names = {name for _, name in ADDRESSES}
    assert {name.removeprefix(INSIGHT) for name in names if name.startswith(INSIGHT)} == set(OPENS)
    assert {name.removeprefix(TAG) for name in names if name.startswith(TAG)} == set(TAGS)
    assert names >= set(SITE)
    assert len(OTHERS) > 100


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", OPENS)
def test_who_opens_a_page_of_a_finding(users, name, state):
    one = finding("Secret thought", author=users[AUTHOR], status=state)
    record = one.history.first().pk
    address = filled(next(address for address, found in ADDRESSES if found == INSIGHT + name), one.pk, record)
    for role, user in users.items():
        answer = enter(user).get(address)
        if role in OPENS[name][state]:
            assert answer.status_code == 200, (role, address)
        elif name == "process_import" and role in WRITERS:
            assert answer["Location"].endswith("/import/"), role
        else:
            assert is_refused(answer, role), (role, address, answer.status_code)
        if role not in SEES[state]:
            assert b"Secret thought" not in answer.content, (role, address)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", OPENS)
def test_who_changes_anything_by_posting(users, name, state):
    one = finding("Thought", author=users[AUTHOR], status=state)
    address = filled(
        next(address for address, found in ADDRESSES if found == INSIGHT + name),
        one.pk,
        one.history.first().pk,
    )
    everything = form(slug="new" if name == "add" else one.slug, summary="Changed.", seen_version=one.version)
    everything |= {"post": "yes", "confirmed": name, f"version-{one.pk}": one.version, "reason": "Because."}
    before = state_of_things()
    for role, user in users.items():
        place = transaction.savepoint()
        answer = enter(user).post(address, everything)
        allowed = CHANGES.get(name, {}).get(state, set())
        assert (state_of_things() != before) is (role in allowed), (role, address, answer.status_code)
        transaction.savepoint_rollback(place)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "action", ["submit_selected", "publish_selected", "retract_selected", "delete_selected"]
)
def test_who_changes_anything_by_an_action(users, action, state):
    name = action.removesuffix("_selected")
    for role, user in users.items():
        one = finding(f"By {role}", slug=f"by-{ROLES.index(role)}", author=users[AUTHOR], status=state)
        chosen = {
            "action": action,
            "_selected_action": [one.pk],
            "confirmed": name,
            "post": "yes",
            "reason": "So.",
        }
        before = state_of_things()
        enter(user).post("/admin/insights/researchinsight/", chosen | {f"version-{one.pk}": one.version})
        allowed = {ROOT} if name == "delete" else CHANGES[name].get(state, set())
        assert (state_of_things() != before) is (role in allowed), (role, action)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TAGS)
def test_who_opens_a_page_of_a_tag(users, name, state):
    one = finding("Thought", author=users[AUTHOR], status=state, tags=["Xylophone"])
    address = filled(next(address for address, found in ADDRESSES if found == TAG + name), one.tags.get().pk)
    for role, user in users.items():
        answer = enter(user).get(address)
        if role in TAGS[name][state]:
            assert answer.status_code == 200, (role, address)
        else:
            assert is_refused(answer, role), (role, address, answer.status_code)
        if role not in SEES[state]:
            assert b"Xylophone" not in answer.content, (role, address)
        before = state_of_things()
        enter(user).post(address, {"name": f"Renamed by {role}", "post": "yes"})
        may = role in CURATION if name == "add" else role == ROOT and name in {"change", "delete"}
        assert (state_of_things() != before) is may, (role, address)
        if name == "delete" and role == ROOT:
            break  # gone


@pytest.mark.parametrize("name", SITE)
def test_who_opens_the_pages_of_the_site(users, name):
    address = filled(next(address for address, found in ADDRESSES if found == name), 0)
    query = AUTOCOMPLETE if name == "autocomplete" else ""
    for role, user in users.items():
        answer = enter(user).get(address + query)
        if role in SITE[name]:
            assert answer.status_code == 200, (role, address)
        else:
            allowed = {"login": {302}, "logout": {405, 302}}.get(name, set())
            assert answer.status_code in allowed or is_refused(answer, role), (
                role,
                address,
                answer.status_code,
            )


def _row(address: str) -> object:
    """A row of the model of an address, where there is one."""
    label, model = address.removeprefix("/admin/").split("/")[:2]
    found = admin.site._registry[
        next(
            one
            for one in admin.site._registry
            if (one._meta.app_label, one._meta.model_name) == (label, model)
        )
    ]
    first = found.model._default_manager.first()
    return 1 if first is None else first.pk


def test_everything_else_is_for_superusers(users):
    from axes.models import AccessAttempt
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from tests.support import stored

    stored.site()
    TOTPDevice.objects.create(user=users[ROOT], name="phone", confirmed=False)
    AccessAttempt.objects.create(username="x", ip_address="192.0.2.1", failures_since_start=1)
    # Whoever is in both groups may whatever either group may.
    clients = {role: enter(users[role]) for role in (BOTH, NOBODY, ANONYMOUS)}
    superuser = enter(users[ROOT])
    before = state_of_things()
    opened = 0
    for address, _ in OTHERS:
        path = filled(address, _row(address))
        for role, client in clients.items():
            for answer in (
                client.get(path),
                client.post(path, {"post": "yes", "username": "x", "name": "x"}),
            ):
                is_change_of_address = address.endswith(
                    "<path:object_id>/"
                )  # Django's old form; asks at the new one
                assert is_refused(answer, role) or (
                    is_change_of_address and answer["Location"].endswith(f"{path}change/")
                ), (role, path, answer.status_code)
        opened += superuser.get(path).status_code == 200
    assert state_of_things() == before
    assert opened > 40


def test_no_address_leads_to_the_name_of_a_draft(users):
    from django.contrib.contenttypes.models import ContentType

    one = finding("Secret thought", author=users[AUTHOR])
    kind = ContentType.objects.get_for_model(ResearchInsight).pk
    for role in (OTHER, REVIEWER, NOBODY):
        answer = enter(users[role]).get(f"/admin/r/{kind}/{one.pk}/")
        assert answer.status_code == 404
        assert "secret-thought" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "pk", ["²", "٣", "0", "-1", "9" * 30, "9" * 5000, "1 OR 1=1", "%00", "_00", "1/history"]
)
@pytest.mark.parametrize("page", ["change/", "history/", "history/1/", "delete/", "preview/", "publish/"])
def test_an_id_that_is_none_is_not_found(users, pk, page):
    client = enter(users[ROOT])
    for answer in (
        client.get(f"/admin/insights/researchinsight/{pk}/{page}"),
        client.post(f"/admin/insights/researchinsight/{pk}/{page}", {"post": "yes"}),
    ):
        assert answer.status_code in {302, 400, 404}


# --- history -----------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(users) -> ResearchInsight:
    """A finding that was drafted, submitted, sent back, submitted again, published, and corrected."""
    one = finding("Lived", author=users[AUTHOR], summary="First draft.")
    for status, summary in (
        ("review", "As first submitted."),
        ("draft", "Second draft."),
        ("review", "As submitted again."),
        ("published", "As published."),
        ("published", "As corrected."),
    ):
        one.status, one.summary = status, summary
        one.save()
    return one


PUBLIC = {"As published.", "As corrected."}
SUBMITTED = {"As first submitted.", "As submitted again."}
DRAFTED = {"First draft.", "Second draft."}
READS = {
    AUTHOR: PUBLIC | SUBMITTED | DRAFTED,
    OTHER: PUBLIC,
    REVIEWER: PUBLIC | SUBMITTED,
    BOTH: PUBLIC | SUBMITTED,
    ROOT: PUBLIC | SUBMITTED | DRAFTED,
}


@pytest.mark.parametrize("role", READS)
def test_the_history_of_a_published_finding_shows_each_role_what_it_could_see_then(users, lived, role):
    client = enter(users[role])
    base = f"/admin/insights/researchinsight/{lived.pk}/history/"
    listed = client.get(base).content.decode()
    for said in PUBLIC | SUBMITTED | DRAFTED:
        assert (said in listed) is (said in READS[role]), said
    for record in lived.history.all():
        answer = client.get(f"{base}{record.pk}/")
        may = record.summary in READS[role]
        assert answer.status_code == (200 if may else 404), record.summary
        assert (record.summary in answer.content.decode()) is may


def test_a_state_of_another_finding_is_not_shown_below_this_one(users, lived):
    secret = finding("Secret", author=users[OTHER], summary="Of the other.").history.get()
    answer = enter(users[AUTHOR]).get(f"/admin/insights/researchinsight/{lived.pk}/history/{secret.pk}/")
    assert answer.status_code == 404


# --- tags --------------------------------------------------------------------------------------------------------


def completed(client: Client) -> set[str]:
    found = client.get(f"/admin/autocomplete/{AUTOCOMPLETE.replace('term=x', 'term=')}")
    return {one["text"] for one in found.json()["results"]}


@pytest.fixture
def tagged(users) -> dict[str, ResearchInsight]:
    """A finding in each state, with a tag of its name."""
    return {
        state: finding(state, author=users[AUTHOR], status=state, tags=[f"of {state}"]) for state in STATES
    }


@pytest.mark.parametrize("role", READS)
def test_tags_of_what_one_cannot_see_are_not_offered(users, tagged, role):
    assert completed(enter(users[role])) == {f"of {state}" for state in STATES if role in SEES[state]}


def test_a_tag_that_one_made_is_offered_before_it_is_used(users):
    client = enter(users[OTHER])
    client.post("/admin/insights/tag/add/", {"name": "Ice"})
    assert completed(client) == {"Ice"}
    assert completed(enter(users[AUTHOR])) == set()


def test_a_tag_that_somebody_else_uses_in_secret_is_given_to_whoever_asks_for_it(users, tagged):
    client = enter(users[OTHER])
    answer = client.post("/admin/insights/tag/add/", {"name": "OF DRAFT"}, follow=True)
    assert answer.status_code == 200
    assert Tag.objects.get(slug="of-draft").name == "of draft"  # as it was written first
    assert "of draft" in completed(client)


def test_a_tag_that_one_knows_is_not_made_again(users, tagged):
    answer = enter(users[OTHER]).post("/admin/insights/tag/add/", {"name": "Of Published"})
    assert "There is such a tag already." in answer.content.decode()


@pytest.mark.parametrize("name", ["日本", "Voyager, 1", "", "-", "<b>"])
def test_a_name_that_is_no_tag_is_refused(users, name):
    assert enter(users[AUTHOR]).post("/admin/insights/tag/add/", {"name": name}).status_code == 200
    assert not Tag.objects.exists()


def test_the_number_of_a_tag_that_one_may_not_know_is_refused(users, tagged):
    secret = tagged["draft"].tags.get()
    known = tagged["published"].tags.get()
    client = enter(users[OTHER])
    answer = client.post("/admin/insights/researchinsight/add/", form(tags=[secret.pk]))
    assert answer.status_code == 200
    assert b"of draft" not in answer.content
    assert client.post("/admin/insights/researchinsight/add/", form(tags=[known.pk])).status_code == 302
