mod day;
mod form;
