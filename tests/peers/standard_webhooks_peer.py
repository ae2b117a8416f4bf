"""A receiver by the book: Standard Webhooks' own library says whether what comes is to be believed. Arguments: port, secret."""

import http.server
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[2])


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
            said = {"id": self.headers["webhook-id"], "type": event["type"], "seq": event["data"].get("seq")}
            status = 204
        except WebhookVerificationError as error:
            said, status = {"refused": str(error)}, 401
        print(json.dumps(said), flush=True)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
