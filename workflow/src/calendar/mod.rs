//! Working days, holidays, months, Amsterdam time.
