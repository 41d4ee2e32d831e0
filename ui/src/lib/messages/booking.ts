/** What the booking dialog says of holds and of rules that are broken on purpose. */
export const bookingMessages = {
  'booking.confirmPending': 'Book as pending',
  'booking.overruled': 'Against a rule: {rules}',
  'booking.overruled.reason': 'Reason: {reason}',
  'booking.overruled.undo': 'Keep the rule',
  'refusal.held': 'Somebody is about to book this time.',
  'refusal.heldBy': '{name} has a booking open here, {start} to {end}.',
  'booking.heldWarn':
    '{name} has a booking open at this time. If you book it, theirs is refused: tell them, or take another time.',
  'booking.held':
    'They may be talking to a patient right now. The time is kept for at most three minutes; it is free again as soon as they close.',
  'toast.pendingDetail':
    '{patient}, {service}, {date}. It keeps the time until somebody approves or declines it.',
} as const;
