//! When a contract ends and by when notice must be given.
