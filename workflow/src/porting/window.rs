//! When a porting may be performed.
