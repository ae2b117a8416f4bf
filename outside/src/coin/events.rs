//! Server-sent events (WHATWG HTML, "Interpreting an event stream"), as far as COIN uses them.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// The last id that was given, in this event or before.
    pub(super) id: String,
    /// Its type; empty if not given.
    pub(super) kind: String,
    /// Its content; empty for a heartbeat.
    pub(super) data: String,
}

/// Cuts a stream of bytes into events.
#[derive(Default)]
pub(super) struct Events {
    /// Bytes since the last line's end.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, whose line feed would belong to it.
    after_return: bool,
    event: Event,
    has_fields: bool,
}

impl Events {
    /// Takes in some bytes and gives the events that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut complete = Vec::new();
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => complete.extend(self.end_line()),
                _ => self.line.push(byte),
            }
        }
        complete
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => value.clone_into(&mut self.event.id),
            "event" => value.clone_into(&mut self.event.kind),
            "data" => {
                self.event.data.push_str(value);
                self.event.data.push('\n');
            }
            // A comment, `retry` or what isn't known.
            _ => return None,
        }
        self.has_fields = true;
        None
    }

    /// Unlike a browser, an event without data counts: it is COIN's heartbeat.
    fn end_event(&mut self) -> Option<Event> {
        if !std::mem::take(&mut self.has_fields) {
            return None;
        }
        let next = Event { id: self.event.id.clone(), ..Event::default() };
        let mut event = std::mem::replace(&mut self.event, next);
        event.data.pop();
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, kind: &str, data: &str) -> Event {
        Event { id: id.to_owned(), kind: kind.to_owned(), data: data.to_owned() }
    }

    #[track_caller]
    fn check(stream: &str, expected: &[Event]) {
        assert_eq!(Events::default().push(stream.as_bytes()), expected, "whole");
        let mut events = Events::default();
        let bytewise: Vec<Event> = stream.bytes().flat_map(|byte| events.push(&[byte])).collect();
        assert_eq!(bytewise, expected, "byte by byte");
    }

    #[test]
    fn an_event_ends_with_an_empty_line() {
        check("id: 7\nevent: cancel-v3\ndata: {}\n\n", &[event("7", "cancel-v3", "{}")]);
        check("id:7\r\nevent:cancel-v3\r\ndata:{}\r\n\r\n", &[event("7", "cancel-v3", "{}")]);
        check("data: {}\n", &[]);
    }

    #[test]
    fn data_over_several_lines_is_one_text() {
        check("data: {\ndata: }\n\n", &[event("", "", "{\n}")]);
    }

    #[test]
    fn a_heartbeat_is_an_event_without_data_and_a_comment_is_none() {
        check("data: \n\n", &[event("", "", "")]);
        check(": still here\n\n\n", &[]);
    }

    #[test]
    fn letters_of_several_bytes_survive_being_cut() {
        check("data: é€\n\n", &[event("", "", "é€")]);
    }
}
