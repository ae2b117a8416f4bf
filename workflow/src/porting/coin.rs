//! COIN's number portability messages, version 3, as types.
