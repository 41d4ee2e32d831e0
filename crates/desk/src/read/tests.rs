mod day;
mod form;
mod free;
mod instead;
mod rules;
mod waiting;
mod waiting_places;
mod wall;
