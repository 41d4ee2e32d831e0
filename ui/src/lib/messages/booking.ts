/** What the booking dialog says of holds and of rules that are broken on purpose. */
export const bookingMessages = {} as const;
