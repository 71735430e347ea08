"""The screens of sources and of who is who, with something on each: no barrier, nothing to scroll sideways."""

import json
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from e2e.conftest import PASSWORD, WIDE, served, sign_in
from e2e.test_screens import walked
from e2e.test_whole_job import post
from rapport.mail.tests.letters import letter, mbox

pytestmark = pytest.mark.browser
BOSS = "bea@rapport.example"
PEOPLE = """id,name,email,phone,city,Tier
1,Marta Leal,marta@aurora.example,+351 912 555 014,Lisboa,Gold
2,Martha Leal,m.leal@aurora.example,,Lisboa,Gold
3,Nobody,no address,,Faro,Lead
"""
LAID_OUT = "<h2>Yes</h2><p>on <b>Friday</b></p><img src='https://spy.example/a.gif'>"


def sent(page, address, data=None, **files):
    """Post a form as the browser that is signed in; where it leads."""
    secret = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    given = {**(data or {}), "csrfmiddlewaretoken": secret, **files}
    answer = page.request.post(address, multipart=given, headers={"Referer": address})
    assert answer.status < 400, f"{address}: {answer.status}"
    return answer.url


def plain(name, content, kind="text/csv"):
    return {"name": name, "mimeType": kind, "buffer": content if isinstance(content, bytes) else content.encode()}


@pytest.fixture(scope="module")
def rapport(tmp_path_factory):
    """An empty installation with a drop folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_DROP", str(tmp_path_factory.mktemp("drop")))
        yield from served("serve")


@pytest.fixture
def page(rapport, open_page):
    rapport.command("user", BOSS, "--role", "administrator", "--name", "Bea Boss", given=PASSWORD + "\n")
    page = open_page(WIDE)
    sign_in(page, rapport, BOSS)
    return page


@pytest.mark.req("T1")
@pytest.mark.req("K8")
@pytest.mark.req("K10")
def test_screens_of_sources_and_of_who_is_who_have_no_barrier(rapport, page):
    token = rapport.command("token", BOSS)
    api = f"{rapport.address}/api/v1"
    addresses = [
        *people(rapport.address, api, token, page),
        *mail(rapport.address, page),
        *meetings(api, token),
        *requests_in_and_out(rapport.address, api, token, page),
        *telephone(rapport.address, api, token),
        *files(rapport.address, page),
    ]
    faults, wide = [], []
    for address in addresses:
        assert page.request.get(address if address.startswith("http") else rapport.address + address).ok, address
        more, wider = walked(page, rapport, address.removeprefix(rapport.address))
        faults, wide = faults + more, wide + wider
    assert faults == []
    assert wide == []


def people(base, api, token, page):
    """A group of companies, a family, wishes, fields of our own, a pair that was decided."""
    made = [
        post(f"{api}/customers", token, {"external_id": name, "name": name, **more})["id"]
        for name, more in (
            ("Ana Sol", {"city": "Porto", "street": "Rua do Sol 1", "last_name": "Sol"}),
            ("Rui Sol", {"city": "Porto", "street": "Rua do Sol 1", "last_name": "Sol"}),
            ("Aurora Holding with a name that does not end soon", {"kind": "company"}),
            ("Aurora Lisboa", {"kind": "company"}),
            ("Anna Sol", {"city": "Porto"}),
        )
    ]
    ana, rui, holding, firm, anna = made
    post(f"{api}/customers/{firm}/relationships", token, {"other": holding, "kind": "part of"})
    post(f"{api}/customers/{ana}/relationships", token, {"other": firm, "kind": "works at", "role": "Buyer"})
    home = post(f"{api}/households", token, {"name": "Sol", "people": [ana, rui]})["customer_id"]
    for topic, value in (("channel", "phone"), ("time", "mon-fri 10:00-12:00 Europe/Lisbon"), ("address", "Dr. Sol")):
        said = {"topic": topic, "value": value, "evidence": "In a letter"}
        post(f"{api}/customers/{ana}/preferences", token, said)
    declared = sent(page, f"{base}/fields/add/?type=choice", {"label": "Tier", "about": "all", "more": "Gold\nSilver"})
    assert declared.endswith("/fields/")
    merge = f"/customers/{ana}/merge/?other={anna}"
    sent(
        page,
        f"{base}/templates/new/?use=letter",
        {"name": "Offer", "use": "letter", "scope": "1", "subject": "Hello", "text": "Hi"},
    )
    sent(page, f"{base}/signatures/", {"usual": "Bea"})
    return [
        *(f"/customers/{ana}/relations/", f"/customers/{firm}/relations/", f"/customers/{home}/"),
        *(f"/customers/{holding}/?who=group", f"/customers/{ana}/preferences/", merge),
        *("/fields/", "/fields/1/", "/fields/add/?type=formula", "/fields/add/?type=customer"),
        *("/duplicates/", "/duplicates/decided/", "/search/why/?q=martha", "/templates/", "/templates/new/"),
        *("/templates/new/?use=note", "/signatures/", "/layouts/agent/company/"),
    ]


def mail(base, page):
    """A mailbox that can't be read, a mail file with a refused message, an answer being written."""
    box = {"address": BOSS, "password": "secret", "proof": "password", "whose": "mine", "circle": "owner"}
    box |= {"strangers": "found", "imap_host": "127.0.0.1", "imap_port": "9", "imap_security": "none"}
    box |= {"smtp_host": "127.0.0.1", "smtp_port": "9", "smtp_security": "none"}
    mailbox = sent(page, f"{base}/mail/mailboxes/new/", box)
    question = letter(1, to=BOSS, sender="Ines Faro <ines@faro.example>", html=LAID_OUT, files={"plan.pdf": b"%PDF"})
    content = mbox(question, letter(2, to=BOSS, sender="nobody"))
    brought = sent(
        page, f"{base}/mail/files/new/", {"strangers": "found"}, file=plain("in.mbox", content, "application/mbox")
    )
    ledger = f"{base}/mail/ledger/?about=ines@faro.example"
    for _second in range(60):
        page.goto(ledger)
        if page.get_by_role("link", name="Question 1").count():
            break
        page.wait_for_timeout(1_000)
    page.get_by_role("link", name="Question 1").click()
    page.get_by_role("link", name="Reply", exact=True).first.click()
    page.get_by_text("Their mail", exact=True).wait_for()
    customer = page.url.partition("?")[0].partition("#")[0]
    return [
        *(mailbox, f"{mailbox}edit/", "/mail/mailboxes/", "/mail/mailboxes/new/", "/mail/files/", "/mail/files/new/"),
        *(brought, ledger, "/mail/ledger/?about=not+there", customer, f"{customer}messages/"),
    ]


def meetings(api, token):
    ana = post(f"{api}/customers", token, {"external_id": "m", "name": "Mia Mar"})["id"]
    plan = {"title": "Spring renewal", "starts_at": "2027-03-01T10:00:00Z", "customers": [ana]}
    one = post(f"{api}/meetings", token, plan)["id"]
    new = f"/meetings/new/?customer={ana}"
    return ["/meetings/", new, f"/meetings/{one}/", f"/meetings/{one}/edit/", "/profile/calendar/"]


def requests_in_and_out(base, api, token, page):
    """A source with an arrival that nobody understands, a subscription whose deliveries fail, a site with a form."""
    source = sent(page, f"{base}/web-requests/add/", {"name": "Till", "becomes": "interaction", "signed": "bearer"})
    page.goto(source)
    hook = page.locator("input[value*='/hooks/'], code:has-text('/hooks/')").first
    where = hook.input_value() if hook.evaluate("one => one.tagName") == "INPUT" else hook.inner_text()
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(where, json.dumps({"odd": "x" * 300}).encode(), timeout=10)
    wanted = {"name": "Shop", "address": "https://gone.invalid/in", "facts": ["customers created"]}
    told = post(f"{api}/webhooks", token, wanted)["id"]
    subscription = f"{base}/web-requests/subscriptions/{told}/"
    sent(page, f"{subscription}do/", {"what": "test"})
    off = post(f"{api}/webhooks", token, {**wanted, "name": "Old shop"})["id"]
    sent(page, f"{base}/web-requests/subscriptions/{off}/do/", {"what": "off"})
    page.wait_for_timeout(3_000)
    site = sent(
        page, f"{base}/web-sites/add/", {"name": "Aurora", "origins": "https://aurora.example", "tracking": "on"}
    )
    return [
        *("/web-requests/", source, "/web-requests/arrivals/1/", subscription, "/web-requests/deliveries/1/"),
        *(f"/web-requests/subscriptions/{off}/", "/web-sites/", site, f"{site}forms/add/"),
    ]


def telephone(base, api, token):
    told = {"call_id": "c1", "state": "ended", "from": "+351 912 000 000", "agent": BOSS}
    asked = urllib.request.Request(
        f"{api}/calls",
        json.dumps(told).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200
    return ["/telephone/1/", "/telephone/extension/", "/unassigned/"]


def files(base, page):
    """A file being mapped, one that is in with a row that failed, its way back weighed and gone, a watched folder."""
    draft = sent(page, f"{base}/imports/new/", {"kind": "customers"}, file=plain("people.csv", PEOPLE))
    other = sent(page, f"{base}/imports/new/", {"kind": "customers"}, file=plain("again.csv", PEOPLE))
    columns = ("external_id", "name", "email", "phone", "city", "x:tier")
    mapping = {"header": "on", "source": "crm", **{f"column-{place}": name for place, name in enumerate(columns)}}
    run = sent(page, f"{other}start/", mapping)
    for _second in range(60):
        page.goto(run)
        if page.get_by_text("Done", exact=True).count():
            break
        page.wait_for_timeout(1_000)
    sent(page, f"{run}consider/")
    watch = {"pattern": "*.csv", "like": run.rstrip("/").rpartition("/")[2], "minutes": "15"}
    sent(page, f"{base}/imports/watches/", watch)
    return ["/imports/", draft, run, "/imports/watches/", "/imports/?q=marta@aurora.example"]
