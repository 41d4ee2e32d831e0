/** What the fake clinic tells about single visits: their cards, series, and what waits for approval. */
import type { AppointmentCard, ApprovalList, SeriesCard, SignedInUser } from '@/bindings/types';
import { nameOf, practitionerOf } from './reads';
import { legalSteps } from './steps';
import { clock, instant } from './wall';
import { NOW_MINUTES, TODAY, type Visit, type World } from './world';

const ASKED_AT = { date: '2026-11-20', time: '16:32:05' };

export function card(world: World, visit: Visit): AppointmentCard {
  const open = visit.status === 'booked' || visit.status === 'pending' || visit.status === 'arrived';
  const patient = world.patients.find(({ patient_id }) => patient_id === visit.patient_id);
  if (!patient) throw new Error('the fake clinic has lost a patient');
  return {
    ...nameOf(world, visit),
    appointment_id: visit.appointment_id,
    patient,
    practitioner_id: visit.practitioner_id,
    practitioner_name: practitionerOf(world, visit.practitioner_id).name,
    location_id: null,
    location_name: 'Room 2',
    starts_at: instant(visit.date, visit.from),
    ends_at: instant(visit.date, visit.until),
    date: visit.date,
    wall_start: clock(visit.from),
    wall_end: clock(visit.until),
    status: visit.status,
    notes: visit.notes,
    taken_by_name: visit.by,
    taken_at: ASKED_AT,
    cancel_reason: visit.cancel_reason,
    cancel_note: visit.cancel_note,
    override: visit.override,
    series: placeInSeries(world, visit),
    steps: legalSteps(visit),
    can_update: visit.status !== 'cancelled',
    can_cancel: open,
    can_reschedule: open,
    version: visit.version,
  };
}

function ofSeries(world: World, seriesId: string | null): Visit[] {
  return world.visits
    .filter(({ series_id }) => series_id !== null && series_id === seriesId)
    .sort((a, b) => a.date.localeCompare(b.date));
}

function placeInSeries(world: World, { series_id, appointment_id }: Visit) {
  if (!series_id) return null;
  const all = ofSeries(world, series_id);
  const index = all.findIndex((each) => each.appointment_id === appointment_id) + 1;
  return { series_id, index, count: all.length };
}

export function seriesCard(world: World, seriesId: string): SeriesCard {
  const all = ofSeries(world, seriesId);
  const visits = all.map((visit) => ({
    appointment_id: visit.appointment_id,
    date: visit.date,
    wall_start: clock(visit.from),
    practitioner_name: practitionerOf(world, visit.practitioner_id).name,
    status: visit.status,
    can_reschedule: hasNotBegun(visit) && (visit.status === 'pending' || visit.status === 'booked'),
    can_update: hasNotBegun(visit) && visit.status !== 'cancelled',
    can_cancel: hasNotBegun(visit) && legalSteps(visit).includes('cancel_appointment'),
  }));
  return { visits, version: Math.max(0, ...all.map(({ version }) => version)) };
}

function hasNotBegun({ date, from }: Visit): boolean {
  return date > TODAY || (date === TODAY && from >= NOW_MINUTES);
}

export function approvals(world: World, user: SignedInUser | null): ApprovalList {
  const waiting = world.visits.filter(({ status, date }) => status === 'pending' && date >= TODAY);
  const visits = waiting.map((visit) => ({
    ...nameOf(world, visit),
    appointment_id: visit.appointment_id,
    practitioner_name: practitionerOf(world, visit.practitioner_id).name,
    starts_at: instant(visit.date, visit.from),
    date: visit.date,
    wall_start: clock(visit.from),
    wall_end: clock(visit.until),
    taken_by_name: visit.by,
    taken_at: ASKED_AT,
    can_decide: user?.role !== 'practitioner' || user.practitioner_id === visit.practitioner_id,
    version: visit.version,
  }));
  return { visits: visits.sort((a, b) => a.starts_at.localeCompare(b.starts_at)) };
}
