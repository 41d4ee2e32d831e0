//! Series: planned, then booked.

use std::process::ExitCode;

use frontdesk_desk::Desk;
use frontdesk_desk::clock::DeskClock;
use frontdesk_desk::view::{
    Progress, SeriesBooked, SeriesBooking, SeriesChoice, SeriesDate, SeriesPlanQuery,
};
use frontdesk_domain::{AppointmentStatus, SeriesId};

use crate::args::BookSeries;
use crate::failure::{Failure, refused};
use crate::run::told;
use crate::{names, output, time};

pub(crate) async fn book(desk: &Desk, wish: BookSeries) -> Result<ExitCode, Failure> {
    let plan = plan(desk, &wish).await?;
    if wish.plan {
        return show(desk, plan, wish.json).await;
    }
    let booking = SeriesBooking {
        series_id: SeriesId(DeskClock::of_the_machine().id()),
        plan,
        notes: wish.wish.note,
        overriding: wish.overriding.given(),
    };
    let booked = desk.book_series(booking).await?.value;
    if wish.json {
        output::json(&booked)?;
    } else {
        output::line(sentence(&booked))?;
    }
    Ok(told(booked.progress))
}

async fn plan(desk: &Desk, asked: &BookSeries) -> Result<SeriesPlanQuery, Failure> {
    let wish = &asked.wish;
    let date = Some(wish.at.at.0.date());
    let skip = |date: &chrono::NaiveDate| SeriesChoice {
        date: *date,
        skip: true,
        starts_at: None,
        practitioner_id: None,
        location_id: None,
    };
    Ok(SeriesPlanQuery {
        practitioner_id: names::practitioner(desk, &wish.practitioner, date).await?,
        service_id: names::service(desk, &wish.service).await?,
        patient_id: Some(names::patient(desk, &wish.patient).await?),
        starts_at: time::instant(desk, wish.at.at, wish.at.fold).await?,
        unit: asked.unit.of_series(),
        every: asked.every,
        weekdays: asked.weekdays.clone(),
        count: asked.count,
        choices: asked.skip.iter().map(skip).collect(),
        series_id: None,
    })
}

async fn show(desk: &Desk, query: SeriesPlanQuery, json: bool) -> Result<ExitCode, Failure> {
    let plan = desk.series_plan(query).await?;
    if json {
        output::json(&plan)?;
        return Ok(ExitCode::SUCCESS);
    }
    for date in &plan.dates {
        output::line(date_line(date))?;
    }
    output::line(format!("{} to book, {} to decide", plan.visits, plan.open))?;
    Ok(ExitCode::SUCCESS)
}

fn date_line(date: &SeriesDate) -> String {
    let when = format!(
        "{} {} {}",
        date.date, date.wall_start, date.practitioner_name
    );
    match &date.refusal {
        Some(refusal) => format!(
            "{when}  {}",
            refused(refusal.reason, refusal.conflict.as_ref())
        ),
        None if date.skipped => format!("{when}  left out"),
        None => format!("{when}  free"),
    }
}

fn sentence(booked: &SeriesBooked) -> String {
    let word = match booked.progress {
        Progress::Confirmed if booked.status == AppointmentStatus::Pending => {
            "waiting for approval:"
        }
        Progress::Confirmed => "booked",
        Progress::Waiting => "saved, waiting for the server:",
    };
    format!(
        "{word} {} visits from {} to {}: {} for {} {}",
        booked.visits,
        booked.first,
        booked.last,
        booked.service_name,
        booked.patient_name,
        booked.series_id
    )
}
