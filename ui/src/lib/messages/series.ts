/** What the series dialog says. */
export const seriesMessages = {} as const;
