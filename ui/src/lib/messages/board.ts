/** What the board says of holds, classes and marks. */
export const boardMessages = {} as const;
