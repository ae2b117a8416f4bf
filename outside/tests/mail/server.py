"""A real mail server for the tests, which keeps nothing: each mail that it takes is a line of JSON on its standard output.

Arguments: the port; `plain`, `starttls` or `tls`; for the latter two a certificate and its key. With TLS one signs in as `me` with `sword@fish`.
`unknown@…` is refused, `busy@…` asked to come back, and after a mail to `lost@…` the connection breaks off.
"""

import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 5.1.1 no such user"
        if address.startswith("busy@"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {"to": envelope.rcpt_tos, "tls": server.transport.get_extra_info("sslcontext") is not None, "content": envelope.content.decode("utf-8", "replace")}
        print(json.dumps(mail), flush=True)
        if any(address.startswith("lost@") for address in envelope.rcpt_tos):
            server.transport.close()
        return "250 2.0.0 taken"


def sign_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"me", b"sword@fish"), handled=False)


port, mode, *files = sys.argv[1:]
options = {"hostname": "127.0.0.1", "port": int(port)}
if mode != "plain":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    options |= {"authenticator": sign_in, "auth_required": True}
    options |= {"ssl_context": context, "auth_require_tls": False} if mode == "tls" else {"tls_context": context, "require_starttls": True}
controller = Controller(Mailbox(), **options)
controller.start()
print("ready", flush=True)
# Ends with the test that started it.
sys.stdin.read()
controller.stop()
