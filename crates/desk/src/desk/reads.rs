//! The reads of the command table: one look at the cache each, off the async threads.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_protocol::Cursor;

use super::Desk;
use crate::error::{DeskError, StorageError};
use crate::read::Look;
use crate::read::wall::wall_instant;
use crate::view::{
    AppointmentCard, AppointmentCardQuery, ApprovalList, BookingForm, BookingFormQuery, ClinicHead,
    Clock, Connection, ConnectionState, DaySheet, DaySheetQuery, FreeSlots, FreeSlotsQuery,
    NoArguments, NoticeList, PatientMatches, PatientQuery, RescheduleForm, RescheduleFormQuery,
    SeriesCard, SeriesCardQuery, SeriesPlan, SeriesPlanQuery, ServiceList, SessionStatus,
    SignedInUser, WatchList,
};

/// More than a person reads.
const MOST_NOTICES: u32 = 200;

/// How far a desk has come when it was asked to catch up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaughtUp {
    /// Live, or why not.
    pub state: ConnectionState,
    /// Where the replica stands.
    pub cursor: Option<Cursor>,
}

impl Desk {
    /// Who is signed in, where, and how this desk keeps its data.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub async fn session(&self, _: NoArguments) -> Result<SessionStatus, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        let session = self.core().blocking(move || cache.session()).await?;
        let config = &self.0.config;
        let signed_in = session.as_ref().filter(|session| session.token.is_some());
        Ok(SessionStatus {
            user: signed_in.map(|session| SignedInUser {
                user_id: session.user.user_id,
                name: session.user.name.clone(),
                role: session.user.role,
                practitioner_id: session.user.practitioner_id,
            }),
            clinic: session.as_ref().map(|session| ClinicHead {
                name: session.clinic_name.clone(),
                time_zone: session.time_zone.clone(),
            }),
            server: config.server.clone(),
            profile: config.profile.clone(),
            encrypted: self.encrypted(),
            demo: config.demo,
            last_user: session.map(|session| session.sign_in_name),
            start: self.start_failure(),
        })
    }

    /// How fresh the view is.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub async fn connection(&self, _: NoArguments) -> Result<Connection, DeskError> {
        let status = *self.core().status.borrow();
        let cache = Arc::clone(&self.core().cache);
        let (waiting, zone) = self
            .core()
            .blocking(move || Ok((cache.waiting()?, cache.zone()?)))
            .await?;
        let as_of = status
            .as_of
            .zip(zone)
            .map(|(at, zone)| wall_instant(&zone, at));
        Ok(Connection {
            state: status.state,
            as_of,
            waiting,
            loading: status.loading,
        })
    }

    /// The clinic's wall clock.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn clock(&self, _: NoArguments) -> Result<Clock, DeskError> {
        self.look(|look| Ok(look.clock())).await
    }

    /// One civil date of the board.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn day_sheet(&self, query: DaySheetQuery) -> Result<DaySheet, DeskError> {
        self.look(move |look| look.day_sheet(query)).await
    }

    /// What a booking dialog shows about its slot.
    ///
    /// # Errors
    /// `signed_out`, `not_found` for the practitioner, or the cache cannot be read.
    pub async fn booking_form(&self, query: BookingFormQuery) -> Result<BookingForm, DeskError> {
        self.look(move |look| look.booking_form(&query)).await
    }

    /// The same for a visit that is being moved.
    ///
    /// # Errors
    /// `signed_out`, `not_found` for the visit, or the cache cannot be read.
    pub async fn reschedule_form(
        &self,
        query: RescheduleFormQuery,
    ) -> Result<RescheduleForm, DeskError> {
        self.look(move |look| look.reschedule_form(&query)).await
    }

    /// One visit with everything a receptionist says about it.
    ///
    /// # Errors
    /// `signed_out`, `not_found` for the visit, or the cache cannot be read.
    pub async fn appointment_card(
        &self,
        query: AppointmentCardQuery,
    ) -> Result<AppointmentCard, DeskError> {
        self.look(move |look| look.appointment_card(query)).await
    }

    /// Free slots of a service between two dates.
    ///
    /// # Errors
    /// `signed_out`, `invalid` dates, `not_found`, or the cache cannot be read.
    pub async fn free_slots(&self, query: FreeSlotsQuery) -> Result<FreeSlots, DeskError> {
        self.look(move |look| look.free_slots(&query)).await
    }

    /// Every date of a series with its fate, before it is booked.
    ///
    /// # Errors
    /// `signed_out`, `invalid` for a rule that makes no sense, `not_found`, or the cache cannot be
    /// read.
    pub async fn series_plan(&self, query: SeriesPlanQuery) -> Result<SeriesPlan, DeskError> {
        self.look(move |look| look.series_plan(&query)).await
    }

    /// The visits of a series.
    ///
    /// # Errors
    /// `signed_out`, `not_found` for the series, or the cache cannot be read.
    pub async fn series_card(&self, query: SeriesCardQuery) -> Result<SeriesCard, DeskError> {
        self.look(move |look| look.series_card(query)).await
    }

    /// Visits that wait for approval, from today on.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn approvals(&self, _: NoArguments) -> Result<ApprovalList, DeskError> {
        self.look(|look| look.approvals_after(look.now)).await
    }

    /// Services that can be booked.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn services(&self, _: NoArguments) -> Result<ServiceList, DeskError> {
        self.look(|look| Ok(look.services())).await
    }

    /// Patients by bits of name, phone or date of birth.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn search_patients(&self, query: PatientQuery) -> Result<PatientMatches, DeskError> {
        self.look(move |look| look.search_patients(&query)).await
    }

    /// What this desk watches.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn watches(&self, _: NoArguments) -> Result<WatchList, DeskError> {
        self.look(|look| look.watches_after(look.now)).await
    }

    /// What this desk was told, newest first.
    ///
    /// # Errors
    /// `signed_out`, or the cache cannot be read.
    pub async fn notices(&self, _: NoArguments) -> Result<NoticeList, DeskError> {
        self.look(|look| look.notices(MOST_NOTICES)).await
    }

    /// Waits until the desk is live, or cannot be, or the time is up.
    pub async fn catch_up(&self, patience: Duration) -> CaughtUp {
        let mut status = self.core().status.subscribe();
        let settled = status.wait_for(|status| match status.state {
            ConnectionState::Live | ConnectionState::Offline => true,
            ConnectionState::SignedOut => !self.core().api.has_token(),
            ConnectionState::Connecting => false,
        });
        // At the end of the patience the state says how far it came.
        let _ = tokio::time::timeout(patience, settled).await;
        let status = *self.core().status.borrow();
        CaughtUp {
            state: status.state,
            cursor: status.cursor,
        }
    }

    /// How many rows the replica holds.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub async fn row_count(&self) -> Result<u64, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        Ok(self.core().blocking(move || cache.row_count()).await?)
    }

    pub(super) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Look<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let cache = Arc::clone(&self.core().cache);
        let looked = tokio::task::spawn_blocking(move || cache.look(work));
        looked.await.map_err(StorageError::from)?
    }
}
