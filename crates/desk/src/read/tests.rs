mod day;
mod form;
mod rules;
