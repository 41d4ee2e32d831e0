import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AppointmentCard, Override, Reason, SlotOffer, VisitPlaced } from '@/bindings/types';
import { execute, query, readNow } from '@/lib/rpc';
import { useOnce } from '@/lib/useOnce';
import { useWord } from '@/lib/words';
import { useMeanwhile } from './useMeanwhile';
import { type Scope, useScope } from './useScope';

interface Options {
  card: AppointmentCard;
  onMoved: (placed: VisitPlaced, before: readonly AppointmentCard[]) => Promise<void>;
}

/** The form's behaviour: one chosen time, decided on the visit as the user saw it. */
export function useReschedule({ card, onMoved }: Options) {
  const [chosen, setChosen] = useWord<SlotOffer | null>('chosen', null);
  const client = useQueryClient();
  const visits = useScope(card, 'can_reschedule');
  /** Rules that the user has agreed to break for the chosen time. */
  const [rules, setRules] = useWord<Reason[]>('rules', []);
  const { busy, refused, failure, once, forget } = useOnce();
  const meanwhile = useMeanwhile(card, refused, busy);
  const live = useLiveRefusal(card, chosen);
  const refusal = refused ?? live;

  /** What was said and agreed to was about another time, or other visits. */
  const anew = () => {
    forget();
    setRules([]);
  };
  const choose = (offer: SlotOffer) => {
    anew();
    setChosen(offer);
  };
  const scope: Scope = {
    ...visits,
    setScope: (which) => {
      if (busy) return;
      anew();
      visits.setScope(which);
    },
  };
  const confirm = (override?: Override) => {
    const { touched } = scope;
    if (!chosen || !touched) return;
    const { starts_at, practitioner_id, location_id } = chosen;
    const command = {
      appointment_id: card.appointment_id,
      starts_at,
      practitioner_id,
      scope: scope.scope,
      ...(location_id && { location_id }),
      ...(override && { override }),
    };
    void once(async () => {
      const base_version = meanwhile.version(scope.scope);
      // Where they are now is where Undo leads.
      const reads = touched.map((appointment_id) => readNow(client, 'appointment_card', { appointment_id }));
      const before = await Promise.all(reads);
      await onMoved(await execute('reschedule_appointment', { base_version, command }), before);
    });
  };
  /** Breaks the rule that stands in the way, and those that were agreed to before. */
  const anyway = (reason: string) => {
    if (!refusal) return;
    // What the form sees is one visit's place: of several each is told first, by whoever decides.
    if (!refused && scope.scope !== 'this') return confirm();
    const agreed = [...new Set([...rules, refusal.reason])];
    setRules(agreed);
    confirm({ reason, rules: agreed });
  };
  return { chosen, choose, scope, busy, refusal, failure, forget, meanwhile, confirm, anyway };
}

/** The desk's own decision about the chosen time; it changes while the form is open. */
function useLiveRefusal(card: AppointmentCard, chosen: SlotOffer | null) {
  const { data, isPlaceholderData } = useQuery({
    ...query('reschedule_form', {
      appointment_id: card.appointment_id,
      practitioner_id: chosen?.practitioner_id,
      starts_at: chosen?.starts_at ?? card.starts_at,
    }),
    enabled: chosen !== null,
    placeholderData: keepPreviousData,
  });
  return chosen && data && !isPlaceholderData ? data.refusal : null;
}
