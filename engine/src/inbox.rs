//! Messages from outside become commands.
