import type {
  AppointmentCard,
  KeptUpdate,
  PatientMatch,
  SeriesScope,
  ServiceId,
  SlotOffer,
  UpdateAppointment,
  VisitPlaced,
} from '@/bindings/types';
import { execute } from '@/lib/rpc';
import { useOnce } from '@/lib/useOnce';
import { useUnsaved, useWord } from '@/lib/words';
import type { Choices } from './ChangedMeanwhile';
import type { Field } from './changes';
import { useElsewhere } from './useElsewhere';
import { useMeanwhile } from './useMeanwhile';
import { useScope } from './useScope';

/** What stands in the form. */
export interface Edited {
  patient: PatientMatch | null;
  serviceId: ServiceId;
  notes: string;
}

type Options = {
  card: AppointmentCard;
  /** What was asked for before. */
  wanted: KeptUpdate | undefined;
  onBack: () => void;
  onSaved: (placed: VisitPlaced, visits: number) => void;
  /** Saved where it was moved to for that. */
  onSavedElsewhere: (placed: VisitPlaced) => void;
};

/** The form's behaviour: only what the user changed is sent, decided on the visit as they saw it. */
export function useEdit({ card, wanted, onBack, onSaved, onSavedElsewhere }: Options) {
  const [edited, setEdited] = useWord('edited', editedAs(card, wanted));
  const scope = useScope(card, 'can_update');
  const { busy, refused, failure, once, forget } = useOnce();
  const meanwhile = useMeanwhile(card, refused, busy);
  const own = ownChanges(edited, meanwhile.base);
  const { setPlace, moved, lost, again, move, ...elsewhere } = useElsewhere(card, meanwhile);
  // Several visits have several times.
  const place = scope.scope === 'this' ? elsewhere.place : null;
  useUnsaved(
    'edit',
    Object.values(own).some((value) => value !== undefined),
  );

  const change = (part: Partial<Edited>) => {
    if (refused?.reason !== 'stale_version') forget();
    // What was free was free for this patient and this service.
    if ('patient' in part || 'serviceId' in part) setPlace(null);
    setEdited({ ...edited, ...part });
  };
  /** Another time for it, once it is saved; none keeps its time. */
  const choose = (offer: SlotOffer | null) => {
    forget();
    setPlace(offer);
  };
  /** What the user left alone follows the others; what both changed is as the user said. */
  const accept = (choices: Choices) => {
    forget();
    const theirs = editedOf(card);
    const keeps = (field: keyof typeof own & Field) =>
      own[field] !== undefined && choices[field] !== 'theirs';
    setEdited({
      patient: keeps('patient') ? edited.patient : theirs.patient,
      serviceId: keeps('service') ? edited.serviceId : theirs.serviceId,
      notes: keeps('notes') ? edited.notes : theirs.notes,
    });
  };
  const save = () => {
    if (Object.values(own).every((value) => value === undefined)) return onBack();
    const command = commandOf(card, own, scope.scope);
    const visits = scope.touched?.length;
    if (visits === undefined) return;
    void once(async () => {
      again();
      const base_version = place ? await move(place) : meanwhile.version(scope.scope);
      if (base_version === undefined) return;
      const saved = await execute('update_appointment', { base_version, command });
      if (place) onSavedElsewhere(saved);
      else onSaved(saved, visits);
    });
  };
  return {
    ...{ edited, own, scope, busy, refused, failure, meanwhile, change, accept, save },
    ...{ place, choose, moved, lost },
  };
}

function commandOf(
  { appointment_id }: AppointmentCard,
  { patient, service, notes }: ReturnType<typeof ownChanges>,
  scope: SeriesScope,
): UpdateAppointment {
  return {
    appointment_id,
    ...(patient !== undefined && { patient_id: patient }),
    ...(service !== undefined && { service_id: service }),
    ...(notes !== undefined && { notes }),
    scope,
  };
}

function editedOf({ patient, service_id, notes }: AppointmentCard): Edited {
  return { patient, serviceId: service_id, notes: notes ?? '' };
}

/** As the visit is, but for what was to be changed. */
function editedAs(card: AppointmentCard, wanted: KeptUpdate | undefined): Edited {
  const { patient, serviceId, notes } = editedOf(card);
  return {
    patient: wanted?.patient ?? patient,
    serviceId: wanted?.service_id ?? serviceId,
    notes: wanted?.notes ?? notes,
  };
}

/** The values that differ from the visit as the user saw it. */
function ownChanges({ patient, serviceId, notes }: Edited, base: AppointmentCard) {
  const was = editedOf(base);
  const isOther = patient && patient.patient_id !== was.patient?.patient_id;
  return {
    patient: isOther ? patient.patient_id : undefined,
    service: serviceId !== was.serviceId ? serviceId : undefined,
    notes: notes.trim() !== was.notes ? notes.trim() : undefined,
  };
}
