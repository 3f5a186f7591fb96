"""What is listened to while osmnx asks its servers: refusals, waits, answers cut short."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from planner.errors import DownloadFailed, Fault

if TYPE_CHECKING:
    import requests

PAUSE_S: Final = 55.0
"""So long osmnx waits before it asks a busy server again."""

_CHUNK: Final = 1 << 16
_BUSY: Final = {
    429: "the server asks to be left alone for a while: too many requests",
    504: "the server is too busy to answer",
}
_OTHER_SERVER: Final = "ask later, or another server: --overpass-url, --nominatim-url"


class Watch:
    """
    A listener for every answer, which stops the asking where it leads nowhere.

    osmnx asks a busy server again and again, without end, and reads an answer that
    comes drop by drop for ever. Both end here: after `retries` pauses, or when
    the time is up.

    Parameters
    ----------
    timeout_s
        Longest time in all, seconds.
    retries
        How often a busy server is asked again.
    """

    def __init__(self, *, timeout_s: float, retries: int) -> None:
        self.answers: list[dict[str, Any]] = []
        self._ends_at = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        self._retries = retries

    def left_s(self) -> float:
        """Return the seconds that are left."""
        return self._ends_at - time.monotonic()

    def hear(self, response: requests.Response, *_: object, **__: object) -> requests.Response:
        """
        Take in one answer, whole; the hook that requests calls.

        Raises
        ------
        DownloadFailed
            If the server refuses, stays busy, is too slow, or answers with something else.
        """
        if response.is_redirect:
            return response
        if response.status_code in _BUSY and self._may_wait():
            self._retries -= 1
            return response
        if not response.ok:
            response.close()
            raise DownloadFailed(self._refusal(response))
        body = self._read(response)
        answer = self._parse(response, body)
        if isinstance(answer, dict):
            self._check_remark(response, answer)
            self.answers.append(answer)
        return _renewed(response, body)

    def too_slow(self, server: str) -> Fault:
        """Return the fault of a server that does not answer in time."""
        return Fault(
            f"the server did not answer in full within {self._timeout_s:.0f} s",
            file=server,
            hint="ask later, give more time (--timeout), or name a smaller place",
        )

    def _may_wait(self) -> bool:
        return self._retries > 0 and self.left_s() > PAUSE_S

    def _read(self, response: requests.Response) -> bytes:
        from urllib3 import exceptions

        parts = []
        server = server_of(response.url)
        try:
            # What has come is taken at once: waiting for more would outlast the time.
            while part := response.raw.read1(_CHUNK, decode_content=True):
                parts.append(part)
                if self.left_s() < 0:
                    raise DownloadFailed(self.too_slow(server))
        except exceptions.ReadTimeoutError as error:
            raise DownloadFailed(self.too_slow(server)) from error
        except exceptions.HTTPError as error:
            raise DownloadFailed(broken_off(server, error)) from error
        finally:
            response.close()
        return b"".join(parts)

    def _refusal(self, response: requests.Response) -> Fault:
        status = response.status_code
        text = _BUSY.get(status)
        if text is None:
            text = (
                "the server refuses the request"
                if status in (401, 403)
                else "the server answers with an error"
            )
        return Fault(
            text,
            file=server_of(response.url),
            found=f"HTTP {status} {response.reason or ''}".strip(),
            hint=_OTHER_SERVER,
        )

    @staticmethod
    def _parse(response: requests.Response, body: bytes) -> Any:  # noqa: ANN401 - any JSON
        try:
            return json.loads(body)
        except ValueError as error:
            start = body[:60].decode("utf-8", errors="replace")
            raise DownloadFailed(
                Fault(
                    "the answer is not what a map server sends, or was cut short",
                    file=server_of(response.url),
                    found=f"{len(body)} bytes that begin with {' '.join(start.split())!r}",
                    hint="a proxy may have answered in its place; " + _OTHER_SERVER,
                )
            ) from error

    @staticmethod
    def _check_remark(response: requests.Response, answer: dict[str, Any]) -> None:
        remark = answer.get("remark")
        if remark:
            # The server gave up half way: what it found until then looks like a whole answer.
            raise DownloadFailed(
                Fault(
                    "the server gave up before it had found everything",
                    file=server_of(response.url),
                    found=" ".join(str(remark).split())[:200],
                    hint="name a smaller place, such as one district",
                )
            )


def broken_off(server: str, error: Exception) -> Fault:
    """Return the fault of a connection that ended too early."""
    return Fault(
        "the connection was cut before the answer was whole",
        file=server,
        found=" ".join(str(error).split())[:200],
        hint="try again",
    )


def server_of(url: str | bytes | None) -> str:
    """Return the name of the server in an address."""
    text = url.decode() if isinstance(url, bytes) else url or ""
    return urlsplit(text).netloc or text


def _renewed(response: requests.Response, body: bytes) -> requests.Response:
    """Return the same answer with its body, which can be read from a connection only once."""
    import requests

    again = requests.Response()
    again.status_code = response.status_code
    again.reason = response.reason
    again.url = response.url
    again.headers = response.headers
    again.encoding = response.encoding
    again.request = response.request
    again.connection = response.connection
    again.raw = io.BytesIO(body)
    return again
