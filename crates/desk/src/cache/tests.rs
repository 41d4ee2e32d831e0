mod apply;
mod key;
mod outbox;
mod search;
mod watch;
