"""A curator writes, previews and submits; a reviewer publishes; readers see it. All of it under the strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from deepspace import versions
from tests.support import stored
from tests.support.insights import PASSWORD, account, finding
from voyager.models import MagneticField

LIST = "/admin/insights/researchinsight/"
# In Django's own templates: the search field's label is a picture, the login has no h1.
DJANGOS = {"label-title-only", "page-has-heading-one"}
# Of Select2, which Django brings for its autocomplete fields: a search field without a label, a list without items.
OURS = {"exclude": [[".select2-container"]]}
KEY = "voyager.magnetic_field_48s"
START = datetime(2012, 8, 1, tzinfo=UTC)


@pytest.fixture
def field(transactional_db: None, nothing_held: None) -> None:
    """Four days of the field, one average an hour, with a step."""
    log = stored.batch(KEY, source="nasa_spdf")
    MagneticField.objects.bulk_create(
        MagneticField(
            timestamp_utc=START + timedelta(hours=hour),
            cadence_s=48,
            b_nt=0.2 if hour < 48 else 0.44,
            br_nt=0.1,
            bt_nt=-0.3,
            bn_nt=0.1,
            b_kind="magnitude",
            source="nasa_spdf",
            ingested_at=log.ingested_at,
            ingestion=log,
        )
        for hour in range(97)
    )


@pytest.fixture
def accounts(transactional_db: None) -> None:
    """A curator and a reviewer."""
    account("curator", name="carla")
    account("reviewer", name="rene")


@pytest.fixture
def quiet(page: Page, complaints: list[str]) -> Iterator[Page]:
    """A page that must not complain."""
    yield page
    assert complaints == []


def enter(page: Page, name: str) -> None:
    page.goto("/admin/login/?next=/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text(name)


def leave(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()


def write(page: Page) -> None:
    """Fill the form as a person would: with autocomplete, calendar fields, and rows added by their links."""
    page.goto(f"{LIST}add/")
    page.locator("#id_title").press_sequentially("A step in the field")
    expect(page.locator("#id_slug")).to_have_value("a-step-in-the-field")
    page.locator("#id_project").select_option("voyager1")
    page.locator("#id_category").select_option("observation")
    page.locator("#id_summary").fill("The field doubles within an hour.")
    page.locator("#id_description").fill(
        "It **doubles**: $B_2 = 2.2 B_1$.[^1]\n\n|before|after|\n|-:|-:|\n|0.20|0.44|\n\n[^1]: Made up."
    )
    page.locator(".field-tags .select2-selection").click()
    page.locator(".select2-search__field").last.fill("Heliop")
    page.locator(".select2-results__option", has_text="Heliopause").click()
    page.locator("#id_observed_on").fill("2012-08-03")
    page.get_by_label("Magnetometer (/magnetometer)").check()
    page.locator(".add-row a", has_text="Add another Reference").click()
    page.locator("#id_references-0-kind").select_option("doi")
    page.locator("#id_references-0-identifier").fill("10.1126/science.1241681")
    page.locator("#id_references-0-title").fill("Gurnett et al. 2013, Science 341, 1489")
    page.locator(".add-row a", has_text="Add another Data reference").click()
    page.locator("#id_data_references-0-product").select_option(KEY)
    page.locator("#id_data_references-0-window_start_0").fill("2012-08-01")
    page.locator("#id_data_references-0-window_start_1").fill("00:00:00")
    page.locator("#id_data_references-0-window_end_0").fill("2012-08-05")
    page.locator("#id_data_references-0-window_end_1").fill("00:00:00")
    page.locator("#id_data_references-0-plot").select_option("magnetometer")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_a_finding_goes_from_a_draft_to_the_readers(quiet, field, accounts):
    page = quiet
    # Tags of what nobody has published are not offered.
    finding("Known", status="published", tags=["Heliopause"])
    enter(page, "carla")
    write(page)
    expect(page.locator(".field-pinned").first).to_contain_text("96 rows")

    page.get_by_role("link", name="Preview").click()
    expect(page.get_by_text("This is how it will look")).to_be_visible()
    expect(page.locator("math")).to_be_visible()
    expect(page.locator("figure.panel img")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Submit for review").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.locator(".messagelist .success")).to_contain_text("submitted for review")
    expect(page.locator("input[name=_save]")).to_have_count(0)
    leave(page)

    enter(page, "rene")
    page.goto(LIST)
    page.locator("#result_list input.action-select").first.check()
    page.locator("select[name=action]").select_option("publish_selected")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.get_by_text("Everybody can read it")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist .success")).to_contain_text("was published")
    leave(page)
    page.context.clear_cookies()

    page.goto("/insights")
    page.get_by_role("link", name="A step in the field", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A step in the field")
    expect(page.get_by_text("The 96 rows of this window are exactly those")).to_be_visible()
    expect(page.locator("figure.panel img")).to_have_js_property("complete", value=True)
    expect(page.get_by_text("reviewed by rene")).to_be_visible()
    feed = page.request.get("/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "<title>A step in the field</title>" in feed.text()
    page.goto("/magnetometer")
    expect(page.get_by_role("link", name="A step in the field", exact=True)).to_be_visible()

    MagneticField.objects.filter(timestamp_utc=START + timedelta(hours=1)).update(b_nt=0.21)
    stored.batch(KEY, source="nasa_spdf", ago=timedelta(0))
    versions.forget()
    page.goto("/insights/a-step-in-the-field")
    page.reload()  # the browser may keep a page for a minute
    expect(page.get_by_text("The data behind this have changed since.")).to_be_visible()


def test_the_second_of_two_editors_is_told(quiet, accounts, nothing_held):
    page = quiet
    one = finding("Shared", author=User.objects.get(username="carla"))
    enter(page, "carla")
    page.goto(f"{LIST}{one.pk}/change/")
    one.summary = "Saved by another hand."
    one.save()
    page.locator("#id_summary").fill("My own words.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("while you were editing. Nothing was saved")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value("My own words.")


def test_import_history_and_second_factor_work_in_silence(quiet, nothing_held):
    page = quiet
    root = User.objects.create_superuser("root", password=PASSWORD)
    one = finding("Comet", author=root)
    one.summary = "Changed."
    one.save()
    enter(page, "root")
    for path in (
        f"{LIST}{one.pk}/history/",
        f"{LIST}{one.pk}/history/{one.history.first().pk}/",
        f"{LIST}export/",
    ):
        assert page.goto(path).status == 200
    with page.expect_download() as download:
        page.locator("#id_format").select_option(label="csv")
        page.get_by_role("button", name="Submit").click()
    body = download.value.path().read_bytes().replace(b"Changed.", b"Changed by <b>import</b>.")
    page.goto(f"{LIST}import/")
    page.locator("#id_import_file").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": body})
    expect(page.locator("#id_format")).to_have_value("0")  # guessed from the name
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".import-preview ins").first).to_contain_text("by <b>import</b>.")
    page.get_by_role("button", name="Confirm import").click()
    expect(page.locator(".messagelist .success")).to_contain_text("1 updated")
    page.goto("/admin/otp_totp/totpdevice/add/")
    page.locator("#id_user").fill(str(root.pk))
    page.locator("#id_name").fill("phone")
    page.locator("#id_confirmed").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="qrcode").first.click()
    expect(page.locator("img.qrcode-image")).to_have_js_property("complete", value=True)
    assert page.evaluate("document.querySelector('img.qrcode-image').naturalWidth") > 0


TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def wrong(page: Page, path: str, known: set[str]) -> list[str]:
    answer: Any = page.goto(path)
    assert answer.status == 200, path
    return [f"{path} is wider than the screen"] * page.evaluate(TOO_WIDE) + [
        f"{path} {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page, context=OURS).response["violations"]
        if one["id"] not in known
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(page, field, accounts, width):
    """Run by itself: on Django's pages axe-core complains aloud, because the policy refuses styles of its own."""
    page.set_viewport_size({"width": width, "height": 900})
    carla, rene = (User.objects.get(username=name) for name in ("carla", "rene"))
    window = {
        "product": KEY,
        "window_start": START,
        "window_end": START + timedelta(days=4),
        "plot": "magnetometer",
    }
    table, maths = (
        "|a|b|\n|-|-:|\n|1|2|",
        "$$\nE = mc^2 + a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r\n$$",
    )
    text = f"# Head\n\n{table}\n\n{maths}\n\nx[^1] [link](https://example.org)\n\n- one\n- two\n\n[^1]: note"
    public: dict[str, Any] = {
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        "description": text,
        "reviewer": rene,
    }
    one = finding("Published", author=carla, status="published", tags=["Heliopause"], data=[window], **public)
    finding(
        "Retracted",
        author=carla,
        status="retracted",
        retraction_reason="Wrong.",
        retracted_at=START,
        **public,
    )
    waiting = finding(
        "Waiting", author=carla, status="review", references=[("arxiv", "2105.04000", "A paper")]
    )
    found = [
        line
        for path in (
            "/insights",
            "/insights?q=nothing",
            "/insights/published",
            "/insights/retracted",
            "/magnetometer",
        )
        for line in wrong(page, path, set())
    ]
    found += wrong(page, "/admin/login/", DJANGOS)
    User.objects.create_superuser("root", password=PASSWORD)
    enter(page, "root")
    paths = [
        "",
        "add/",
        "import/",
        "export/",
        f"{one.pk}/change/",
        f"{one.pk}/history/",
        f"{waiting.pk}/publish/",
    ]
    for path in [
        *paths,
        f"{one.pk}/retract/",
        f"{waiting.pk}/preview/",
        f"{one.pk}/history/{one.history.first().pk}/",
    ]:
        found += wrong(page, LIST + path, DJANGOS)
    assert not found, "\n".join(found)
