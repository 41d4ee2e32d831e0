//! House rules that a program can check, each with its reason. The sentences that fail a build here
//! are those that a reviewer would otherwise have to say again.

mod directions;
mod docs;
mod files;
mod source;
mod text;
