//! Stories: what users rely on, told against a real server and real desks. One binary.

mod tidy;
