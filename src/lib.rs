//! Wiring: flags become configuration, configuration becomes a running server.
