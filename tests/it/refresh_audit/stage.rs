//! What some commands need around them.

use chrono::Days;
use frontdesk_desk::Desk;
use frontdesk_desk::view::{
    AppointmentCard, AppointmentCardQuery, BookingFormQuery, FreeSlotsQuery, NoArguments, SlotOffer,
};
use frontdesk_tests::{Clinic, TestDesk};

use super::cases::World;

/// A small clinic; one with a service that needs approval where that matters.
pub(super) async fn clinic_for(command: &str) -> Clinic {
    if is_of_approval(command) {
        Clinic::demo().await
    } else {
        Clinic::small().await
    }
}

fn is_of_approval(command: &str) -> bool {
    matches!(command, "approve_appointment" | "reject_appointment")
}

/// Free slots of a service that suits the command.
pub(super) async fn slots_for(command: &str, desk: &TestDesk) -> Vec<SlotOffer> {
    if !is_of_approval(command) {
        return desk.free().await;
    }
    let services = desk.services(NoArguments {}).await.unwrap().services;
    for service in services {
        let today = desk.today().await;
        let query = FreeSlotsQuery {
            service_id: service.service_id,
            practitioner_id: None,
            from: today + Days::new(1),
            to: today + Days::new(14),
            moving: None,
        };
        let slots = desk.free_slots(query).await.unwrap().slots;
        if let Some(slot) = slots.first()
            && needs_approval(desk, slot).await
        {
            return slots;
        }
    }
    panic!("the demo clinic has a service that needs approval");
}

async fn needs_approval(desk: &Desk, slot: &SlotOffer) -> bool {
    let query = BookingFormQuery {
        practitioner_id: slot.practitioner_id,
        starts_at: slot.starts_at,
        service_id: Some(slot.service_id),
        patient_id: None,
        appointment_id: None,
    };
    let form = desk.booking_form(query).await.unwrap();
    let mut services = form.services.iter();
    services.any(|choice| choice.service_id == slot.service_id && choice.needs_approval)
}

/// Waits until the other desk knows the visit as this one does.
pub(super) async fn same_card(world: &World) {
    let here = card(&world.here, world).await;
    world
        .there
        .until("the step on the other desk", async |desk: &Desk| {
            card(desk, world).await.version == here.version
        })
        .await;
}

async fn card(desk: &Desk, world: &World) -> AppointmentCard {
    let query = AppointmentCardQuery {
        appointment_id: world.visit,
    };
    desk.appointment_card(query).await.unwrap()
}
