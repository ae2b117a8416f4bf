//! The pages, from outside: over HTTP as a browser asks, and in a real Chromium.

mod browser;
mod driver;
mod pages;
mod picture;
mod roles;
mod session;
mod visitor;
