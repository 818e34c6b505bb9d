"""A small web site on this machine, told page by page what to answer."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class Town:
    """What the site answers by path: one answer, or several in turn, the last one for ever."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def says(self, path: str, *answers: Answer | str) -> None:
        given = [each if isinstance(each, Answer) else Answer(body=each.encode()) for each in answers]
        self.answers[path] = given

    def lists(self, *paths: str, at: str = "/sitemap.xml") -> None:
        rows = "".join(f"<url><loc>{self.url}{path}</loc><lastmod>2026-03-01</lastmod></url>" for path in paths)
        self.says(at, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append((path, headers))
        given = self.answers.get(path)
        if not given:
            return Answer(status=404)
        found = given.pop(0) if len(given) > 1 else given[0]
        unchanged = "ETag" in found.headers and headers.get("If-None-Match") == found.headers["ETag"]
        return Answer(status=304) if unchanged else found


@contextmanager
def town() -> Iterator[Town]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = place.answer(self.path, dict(self.headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *said: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    place = Town(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
