mod day;
mod form;
mod free;
mod rules;
mod waiting;
