"""Ask other servers: only public addresses, each checked before it is connected to; bounded in time and size.

The one way out over HTTP. A name is resolved once and the connection goes to the very address that was checked, so a
name that changes its mind in between gains nothing. TLS is verified for the name. Redirects pass the same check.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import httpx
from django.conf import settings

MOST_REDIRECTS, MOST_ADDRESSES = 3, 3
SECONDS = 20.0
LARGEST = 10 * 1024 * 1024
LONGEST_ADDRESS = 2_000
AGENT = "Rapport"
MOVED, MOVED_AS_IT_IS = frozenset({301, 302, 303}), frozenset({307, 308})
# What may be told to another server than the one asked first.
HARMLESS = frozenset({"accept", "content-type", "if-none-match", "if-modified-since", "user-agent"})
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Beyond what Python calls not global: shared, benchmarking and reserved ranges, and wrappings of IPv4 in IPv6.
CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
            *("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "fc00::/7", "fec0::/10"),
        ),
    )
)


@dataclass(frozen=True)
class Answer:
    """What a server said; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004


class HttpError(Exception):
    """No answer, and why: address, unknown_host, not_public, unreachable, tls, timeout, too_large, redirects, encoded."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Asked:
    """One question, before it is known where its server stands."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    largest: int = LARGEST


def fetch(
    address: str, *, headers: Mapping[str, str] | None = None, seconds: float = SECONDS, largest: int = LARGEST
) -> Answer:
    """What lies at ``address``, following up to three redirects. No answer: HttpError."""
    return ask(Asked("GET", parsed(address), dict(headers or {}), largest=largest), seconds)


def post(
    address: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    largest: int = LARGEST,
) -> Answer:
    """What the server at ``address`` says to ``body``; a redirect that would turn it into a question is its answer."""
    return ask(Asked("POST", parsed(address), dict(headers or {}), body, largest), seconds)


def ask(asked: Asked, seconds: float) -> Answer:
    """The one deadline holds for everything: resolving, connecting, all redirects and the last byte."""

    async def within() -> Answer:
        async with asyncio.timeout(seconds):
            return await follow(asked)

    try:
        return asyncio.run(within())
    except (TimeoutError, httpx.TimeoutException) as late:
        raise HttpError("timeout", asked.url.host) from late
    except httpx.HTTPError as problem:
        raise HttpError("tls" if is_tls(problem) else "unreachable", str(problem)[:200]) from problem


def parsed(address: str) -> httpx.URL:
    """The address as a URL; calendars are also given out as webcal."""
    text = address.strip()
    if len(text) > LONGEST_ADDRESS:
        raise HttpError("address", text[:100])
    if text.lower().startswith(("webcal://", "webcals://")):
        text = "https" + text[text.index(":") :]
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as problem:
        raise HttpError("address", text[:100]) from problem
    if url.scheme not in {"https", "http"} or not url.host or url.port == 0:
        raise HttpError("address", text[:100])
    return url


async def follow(asked: Asked) -> Answer:
    for _hop in range(MOST_REDIRECTS + 1):
        answer = await answer_of(asked)
        onward = next_of(asked, answer)
        if onward is None:
            return answer
        asked = onward
    raise HttpError("redirects", asked.url.host)


def next_of(asked: Asked, answer: Answer) -> Asked | None:
    """Whom to ask instead, where the answer is a redirect that can be followed."""
    place = answer.headers.get("location", "")
    keeps = answer.status in MOVED_AS_IT_IS
    if not place or not (keeps or (answer.status in MOVED and asked.method == "GET")):
        return None
    try:
        url = parsed(str(asked.url.join(place)))
    except (httpx.InvalidURL, ValueError) as problem:
        raise HttpError("address", place[:100]) from problem
    same = (url.scheme, url.host, url.port) == (asked.url.scheme, asked.url.host, asked.url.port)
    told = asked.headers if same else {name: value for name, value in asked.headers.items() if name.lower() in HARMLESS}
    return replace(asked, url=url, headers=told)


async def answer_of(asked: Asked) -> Answer:
    """The first of the server's addresses that can be reached answers."""
    addresses = await permitted(asked.url)
    trouble: httpx.ConnectError | None = None
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return await exchange(asked, address)
        except httpx.ConnectError as problem:
            trouble = problem
    raise trouble or HttpError("unknown_host", asked.url.host)


async def exchange(asked: Asked, address: IpAddress) -> Answer:
    """Ask the server at exactly ``address``, and read no more than was agreed."""
    headers = {
        "User-Agent": AGENT,
        **asked.headers,
        "Host": asked.url.netloc.decode("ascii"),
        # Nothing packed: a small answer must not unfold into a huge one.
        "Accept-Encoding": "identity",
    }
    async with (
        httpx.AsyncClient(verify=trusted(), trust_env=False, follow_redirects=False, timeout=None) as client,  # noqa: S113
        client.stream(
            asked.method,
            asked.url.copy_with(host=str(address)),
            headers=headers,
            content=asked.body,
            extensions={"sni_hostname": asked.url.raw_host.decode("ascii")},
        ) as response,
    ):
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise HttpError("encoded", asked.url.host)
        return Answer(response.status_code, dict(response.headers), await body_of(response, asked))


async def body_of(response: httpx.Response, asked: Asked) -> bytes:
    said = response.headers.get("content-length", "")
    if said.isdigit() and int(said) > asked.largest:
        raise HttpError("too_large", asked.url.host)
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > asked.largest:
            raise HttpError("too_large", asked.url.host)
    return bytes(body)


async def permitted(url: httpx.URL) -> list[IpAddress]:
    """The addresses of the URL's host that may be asked; plain http only where an administrator allows the host."""
    found = await addresses_of(url)
    hosts, networks = allowed()
    named = [one for one in found if url.host.lower() in hosts or any(is_in(one, network) for network in networks)]
    public = [one for one in found if is_public(one)] if url.scheme == "https" else []
    if named or public:
        return list(dict.fromkeys([*named, *public]))
    if any(is_public(one) for one in found):
        raise HttpError("address", f"http://{url.host}")
    raise HttpError("not_public", url.host)


async def addresses_of(url: httpx.URL) -> list[IpAddress]:
    """What the name stands for at this moment, asked once."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError) as problem:
        raise HttpError("unknown_host", url.host) from problem
    return list(dict.fromkeys(plain(ipaddress.ip_address(row[4][0])) for row in rows))


def plain(address: IpAddress) -> IpAddress:
    """IPv4 that is written as IPv6 is IPv4."""
    return getattr(address, "ipv4_mapped", None) or address


def is_public(address: IpAddress) -> bool:
    """Whether it stands on the open internet, and nowhere near us."""
    given = plain(address)
    if not given.is_global or given.is_multicast or given.is_reserved or given.is_unspecified or given.is_link_local:
        return False
    return not any(is_in(given, network) for network in CLOSED)


def is_in(address: IpAddress, network: Any) -> bool:
    return bool(address.version == network.version and address in network)


def allowed() -> tuple[frozenset[str], tuple[Any, ...]]:
    """The hosts and the networks that an administrator allows, public or not."""
    hosts, networks = set(), []
    for word in settings.OUTBOUND_ALLOW:
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            hosts.add(word.lower())
    return frozenset(hosts), tuple(networks)


@cache
def trusted() -> ssl.SSLContext:
    """The usual authorities, and those that this machine trusts besides."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def is_tls(problem: BaseException) -> bool:
    """Whether a certificate or a handshake is at the bottom of it."""
    below: BaseException | None = problem
    while below:
        if isinstance(below, ssl.SSLError):
            return True
        below = below.__cause__ or below.__context__
    return False
