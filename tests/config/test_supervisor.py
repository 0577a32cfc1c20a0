"""The supervisor hears the site wherever it listens."""

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from config import supervisor


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(301)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::"])
def test_a_site_is_heard_on_the_address_it_listens_on(address):
    door = supervisor.listen(address, 0)
    server = HTTPServer(("", 0), Site, bind_and_activate=False)
    server.socket.close()
    server.socket = door
    answering = Thread(target=server.handle_request)
    answering.start()

    assert supervisor.answers(door)

    answering.join()
    door.close()


def test_a_port_on_which_nobody_answers_is_no_site():
    door = supervisor.listen("127.0.0.1", 0)
    port = door.getsockname()[1]
    door.close()
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))

        assert not supervisor.answers(bound)
