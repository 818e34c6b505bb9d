"""A server on this machine that answers as it is told, for SDKs that do not go over requests."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`hang_up` closes the line without a word, `wait` is how long it takes to answer, in seconds."""

    status: int = 200
    body: str = "{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    hang_up: bool = False
    wait: float = 0


@dataclass(frozen=True, kw_only=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Scripted:
    """Gives the answers in turn, the last one for ever."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def say(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), []

    def next(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def scripted(given: Scripted | None = None) -> Iterator[Scripted]:
    script = given or Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one go: in two, the second waits for the caller's delayed word

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = script.next(Asked(path=self.path, headers=dict(self.headers), body=body))
            time.sleep(answer.wait)
            if answer.hang_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            told = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body.encode())), **answer.headers}
            for name, value in told.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the caller did not wait
                self.wfile.write(answer.body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
