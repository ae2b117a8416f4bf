"""COIN's Python SDK as a peer: asks for numbers, hears the answer, confirms it, ports, and hears what is wrong.

Usage: coin_sdk_peer.py URL CREDENTIALS, with the package coin-sdk installed. Prints what it has seen; any failure is an exception.
"""
import pathlib
import sys
from datetime import datetime, timedelta

from coin_sdk.number_portability.messages.portingperformed import PortingPerformedBuilder
from coin_sdk.number_portability.messages.portingrequest import PortingRequestBuilder
from coin_sdk.number_portability.npconfig import NpConfig
from coin_sdk.number_portability.receiver import Receiver
from coin_sdk.number_portability.sender import Sender

DOSSIER, START, END = "SDK-20270001-1", "0301001200", "0301001299"


class Inbox(Receiver):
    """Takes one answer and one error, then stops."""

    def __init__(self, config, sender):
        super().__init__(config)
        self.sender, self.seen = sender, []

    def on_porting_request_answer(self, message_id, message):
        answer = message.body.portingrequestanswer
        assert (answer.dossierid, answer.blocking) == (DOSSIER, "N"), answer
        series = answer.repeats[0].seq
        assert (series.numberseries.start, series.numberseries.end) == (START, END), series
        self.sender.confirm(message_id)
        self.seen.append("answered")
        may = datetime.strptime(series.firstpossibledate, "%Y%m%d%H%M%S")
        self.sender.send_message(performed(may))
        self.seen.append("performed")
        self.sender.send_message(performed(may, "AMS1"))  # other content: an error of substance

    def on_error_found(self, message_id, message):
        error = message.body.errorfound.repeats[0].seq
        assert error.errorcode == "ALREADY_PERFORMED", error
        self.sender.confirm(message_id)
        self.seen.append("refused")
        print(", ".join(self.seen), flush=True)
        sys.exit(0)

    def unexpected(self, message_id, message=None):
        raise AssertionError(f"unexpected: {message_id} {message}")


def quiet(self, message_id):
    pass


Inbox.on_keep_alive = quiet
for name in Receiver.__abstractmethods__ - set(Inbox.__dict__):
    setattr(Inbox, name, Inbox.unexpected)
Inbox.__abstractmethods__ = frozenset()


def performed(at, pop=None):
    series = (PortingPerformedBuilder().set_header("DYNX", "CRDB").set_dossierid(DOSSIER)
              .set_recipientnetworkoperator("DYNX").set_donornetworkoperator("PTT").add_porting_performed_seq())
    series.set_number_series(START, END)
    if pop:
        series.set_pop(pop)
    message = series.finish().build()
    # The SDK stamps messages with its own clock; porting is only allowed from the first possible date on.
    message.get_message().header.timestamp = (at + timedelta(days=19, hours=8)).strftime("%Y%m%d%H%M%S")
    return message


def main(url, credentials):
    folder = pathlib.Path(credentials)
    config = NpConfig(url, (folder / "consumer_name").read_text(), str(folder / "private-key.pem"),
                      str(folder / "sharedkey.encrypted"))
    sender = Sender(config)
    request = (PortingRequestBuilder().set_header("DYNX", "CRDB").set_dossierid(DOSSIER)
               .set_recipientnetworkoperator("DYNX").set_donornetworkoperator("PTT")
               .set_customerinfo(companyname="Bakkerij De Korenaar B.V.", housenr="12", postcode="3511AB")
               .add_porting_request_seq().set_number_series(START, END).finish().build())
    response = sender.send_message(request)
    assert response.transactionId, response
    Inbox(config, sender).start_stream(offset=-1)
    raise AssertionError("the stream ended")


main(*sys.argv[1:])
