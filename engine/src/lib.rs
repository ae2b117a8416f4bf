//! The one path: receive, load, decide, commit, perform, feed back.
